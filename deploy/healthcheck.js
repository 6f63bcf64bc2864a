// The container's health: whether this server has started and answers. 0 or 1, as HEALTHCHECK wants it.
//
// Not /health or /readyz, which say no while the database is away: Swarm replaces what is unhealthy, and an outage would
// restart the fleet. Not /livez, which says yes before the database was ever reached: a rolling update with a wrong
// DATABASE_URL would then replace every replica that works. /startupz is 200 from its first good start on.
const { WHOOSH_PORT = '8000', TLS_CERT } = process.env;
const { get } = await import(TLS_CERT ? 'node:https' : 'node:http');
// Shorter than the time-out of HEALTHCHECK (10 s), so that the reason is told. A certificate is not for 127.0.0.1.
const url = { host: '127.0.0.1', port: WHOOSH_PORT, path: '/startupz', timeout: 8000, rejectUnauthorized: false };

get(url, (answer) => {
  answer.pipe(process.stdout);
  answer.on('end', () => process.exit(answer.statusCode === 200 ? 0 : 1));
})
  .on('timeout', () => fail('no answer within 8 s'))
  .on('error', ({ message }) => fail(message));

function fail(reason) {
  process.stdout.write(`${reason}\n`);
  process.exit(1);
}
