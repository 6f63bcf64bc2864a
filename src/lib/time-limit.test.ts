import { EventEmitter, once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { until } from '../../test/support/until.ts';
import { timeLimit } from './time-limit.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('a limit fires after its time, as a time-out', async () => {
  using limit = timeLimit(1);
  await once(limit.signal, 'abort');
  expect(limit.signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test('nothing of a limit is kept after its end, however long it was and whoever listened [S15] [T17]', async () => {
  const work = new AbortController();
  const call = async () => {
    using limit = timeLimit(3_600_000);
    const either = AbortSignal.any([work.signal, limit.signal]);
    const server = new EventEmitter();
    const answered = once(server, 'answer', { signal: AbortSignal.any([either, new AbortController().signal]) });
    server.emit('answer');
    await answered;
    return new WeakRef(either);
  };
  const kept = await call();
  await until(() => {
    collectGarbage();
    return kept.deref() === undefined || undefined;
  });
});
