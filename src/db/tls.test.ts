import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { certificateAuthority } from '../../test/support/certificate-authority.ts';
import { logLines } from '../../test/support/log-lines.ts';
import { testPool } from '../../test/support/pool.ts';
import { refusalOf } from '../../test/support/refusal-of.ts';
import { type TlsPostgres, tlsPostgres } from '../../test/support/tls-postgres.ts';
import { until } from '../../test/support/until.ts';
import { readConfig } from '../config.ts';
import { createLog } from '../lib/log.ts';
import { openDatabase } from './connect.ts';
import { Listener } from './listener.ts';
import { migrate } from './migrate.ts';
import { listMigrations, MIGRATIONS_FOLDER } from './migrations.ts';

type Way = { host?: string; user?: string };

/** A URL of `app`, who is let in over TLS only. */
const urlOf = (
  { port, database }: TlsPostgres,
  tls: Record<string, string>,
  { host = 'localhost', user = 'app:secret' }: Way = {},
) => `postgres://${user}@${host}:${port}/${database}?${new URLSearchParams(tls)}`;

const ONE = [{ one: 1 }];
const ask = (url: string) => testPool(url).query('select 1 as one');

test('with sslmode=verify-full every connection of a replica is encrypted, and shown a certificate of its name [DB14]', async (context) => {
  const server = await tlsPostgres(context);
  const tls = { sslmode: 'verify-full', sslrootcert: server.authority.cert };
  const url = urlOf(server, tls);
  // What looks for the primary among several hosts goes the same way.
  const twice = urlOf(server, tls, { host: `localhost:${server.port},localhost` });
  expect(await migrate(twice)).toHaveLength((await listMigrations(MIGRATIONS_FOLDER)).length);
  const silent = createLog('silent', false);
  const database = openDatabase(readConfig({ DATABASE_URL: url }), silent);
  const listener = new Listener({ url: twice, log: silent });
  onTestFinished(async () => void (await Promise.all([listener.close(), database.close()])));
  await database.untilUsable();
  await database.control.query('select 1');
  await until(() => listener.roundTripMs !== null);
  const connections = await server.sql(`
    select application_name as name, bool_and(ssl) as ssl from pg_stat_activity join pg_stat_ssl using (pid)
    where usename = 'app' group by 1 order by 1`);
  expect(connections).toEqual(['whoosh api', 'whoosh control', 'whoosh listen'].map((name) => ({ name, ssl: true })));
});

test('each sslmode promises what it promises to psql; those that promise nothing are refused [DB14]', async (context) => {
  const server = await tlsPostgres(context);
  const [sslrootcert, stranger] = [server.authority.cert, (await certificateAuthority(context)).cert];
  const over = (tls: Record<string, string>, host?: string) =>
    ask(urlOf(server, tls, host ? { host } : {})).catch(({ code, kind }) => `${code}: ${kind}`);
  expect(await over({ sslmode: 'require' })).toEqual(ONE);
  expect(await over({ sslmode: 'require', sslrootcert: stranger })).toBe('unavailable: tls');
  expect(await over({ sslmode: 'verify-ca', sslrootcert }, '127.0.0.1')).toEqual(ONE);
  expect(await over({ sslmode: 'verify-ca', sslrootcert: stranger })).toBe('unavailable: tls');
  expect(await over({ sslmode: 'verify-full', sslrootcert }, '127.0.0.1')).toBe('unavailable: tls');
  expect(await over({ sslmode: 'verify-full' })).toBe('unavailable: tls');
  expect(await over({ sslmode: 'verify-full', sslrootcert: 'system' })).toBe('unavailable: tls');
  expect(await over({ sslmode: 'disable' })).toBe('unavailable: away');
});

test('a client certificate opens the database without a password [DB14]', async (context) => {
  const server = await tlsPostgres(context);
  const { cert: sslcert, key: sslkey } = await server.authority.issue('machine');
  const tls = { sslmode: 'verify-full', sslrootcert: server.authority.cert };
  expect(await ask(urlOf(server, { ...tls, sslcert, sslkey }, { user: 'machine' }))).toEqual(ONE);
  const refusal = await refusalOf(ask(urlOf(server, tls, { user: 'machine' })));
  expect(refusal.cause).toMatchObject({ message: expect.stringContaining('certificate') });
});

test('a certificate that is not trusted is waited for and said in the log, and a new authority on the disk is used without a restart [DB14]', async (context) => {
  const server = await tlsPostgres(context);
  const sslrootcert = join(dirname(server.authority.cert), 'root.crt');
  await copyFile((await certificateAuthority(context)).cert, sslrootcert);
  const { log, lines } = logLines();
  const DATABASE_URL = urlOf(server, { sslmode: 'verify-full', sslrootcert });
  const database = openDatabase(readConfig({ DATABASE_URL }), log);
  onTestFinished(() => database.close());
  const usable = database.untilUsable();
  await until(() => lines().some(({ msg }) => msg === 'Waiting for PostgreSQL'));
  const reason = expect.stringMatching(/^TLS: .*certificate.* \(see sslmode, sslrootcert, sslcert in DATABASE_URL\)$/);
  expect(lines()[0]).toMatchObject({ msg: 'database connection error', kind: 'tls', reason });
  await copyFile(server.authority.cert, sslrootcert);
  await usable;
  expect(await database.api.query('select 1 as one')).toEqual(ONE);
});

test.each([
  ['sslmode=prefer', 'expected sslmode disable | require | verify-ca | verify-full, not prefer'],
  ['sslmode=verify-ca', 'sslmode=verify-ca needs sslrootcert'],
  [
    'sslmode=verify-full&sslrootcert=/nowhere.crt',
    "a certificate or key that it names cannot be read: ENOENT: no such file or directory, open '/nowhere.crt'",
  ],
])('a database URL with %s is refused at the start, in one line [DB14]', (tls, sentence) => {
  const open = () => openDatabase(readConfig({ DATABASE_URL: `postgres://me:hunter2@db/x?${tls}` }), logLines().log);
  expect(open).toThrow(new RegExp(`^DATABASE_URL is not usable: ${sentence.replaceAll('|', '\\|')}$`));
});
