import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog } from './log.ts';

function logged(pretty: boolean, write: (log: ReturnType<typeof createLog>) => void): string {
  const stream = new PassThrough();
  write(createLog('info', pretty, stream));
  return String(stream.read() ?? '');
}

test('a log line is one JSON object with a level, an RFC 3339 time and the sentence', () => {
  const line = JSON.parse(logged(false, (log) => log.info({ task_id: 't1' }, 'Task submitted')));
  expect(line).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    pid: process.pid,
    task_id: 't1',
    msg: 'Task submitted',
  });
});

test('credentials are redacted, at the top and inside [I12]', () => {
  const secret = 'hunter2';
  const text = logged(false, (log) =>
    log.info({
      password: secret,
      req: { headers: { authorization: secret } },
      a: { b: { c: { token: secret } } },
      attempt: { token: secret, secret },
    }),
  );
  expect(text).not.toContain(secret);
  expect(text.match(/\[redacted\]/g)).toHaveLength(5);
});

test('lines below the level are not written', () => {
  expect(logged(false, (log) => log.debug('quiet'))).toBe('');
});

test('a person at a terminal gets text instead of JSON', () => {
  const text = logged(true, (log) => log.info('Listening'));
  expect(text).toContain('Listening');
  expect(text).not.toContain('"msg"');
});
