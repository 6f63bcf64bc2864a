import { once } from 'node:events';
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
  const listen = () => {
    using limit = timeLimit(3_600_000);
    const either = AbortSignal.any([work.signal, limit.signal]);
    either.addEventListener('abort', () => work);
    return new WeakRef(either);
  };
  const kept = listen();
  await until(() => {
    collectGarbage();
    return kept.deref() === undefined || undefined;
  });
});
