import { expect, test } from 'vitest';
import { withLock } from './with-lock.ts';

test('work on one thing is done one after the other, also after a failure; on other things at once', async () => {
  const done: string[] = [];
  const step = (key: string, name: string, fails = false) =>
    withLock(key, undefined, async () => {
      done.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      done.push(`${name} ends`);
      if (fails) throw new Error(name);
    });
  await Promise.allSettled([step('a', 'first', true), step('a', 'second'), step('b', 'other')]);
  expect(done.filter((line) => !line.startsWith('other'))).toEqual([
    'first begins',
    'first ends',
    'second begins',
    'second ends',
  ]);
  expect(done.indexOf('other begins')).toBeLessThan(done.indexOf('first ends'));
});

test('who waits can give up, and its work is never begun', async () => {
  let letGo = () => {};
  const first = withLock(
    'c',
    undefined,
    () =>
      new Promise<void>((resolve) => {
        letGo = resolve;
      }),
  );
  const stop = new AbortController();
  let begun = false;
  const second = withLock('c', stop.signal, async () => {
    begun = true;
  });
  const reason = new Error('cancelled');
  stop.abort(reason);
  await expect(second).rejects.toBe(reason);
  letGo();
  await first;
  await withLock('c', undefined, async () => {});
  expect(begun).toBe(false);
});
