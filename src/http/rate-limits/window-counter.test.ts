import { expect, test } from 'vitest';
import { WindowCounter } from './window-counter.ts';

function counter(limit: number, most?: number) {
  let at = 0;
  const counts = new WindowCounter(limit, { now: () => at, ...(most && { most }) });
  return {
    counts,
    pass: (ms: number) => (at += ms),
    add: (who: string, n: number) => repeat(n, () => counts.add(who)),
  };
}

const repeat = (n: number, fn: () => void) => {
  for (let i = 0; i < n; i++) fn();
};

test('whoever has used up a minute waits for its end, and begins another one', () => {
  const { counts, pass, add } = counter(3);
  add('a', 3);
  expect([counts.waitFor('a'), counts.waitFor('b')]).toEqual([60_000, 0]);
  pass(59_000);
  expect(counts.waitFor('a')).toBe(1000);
  pass(1000);
  expect(counts.waitFor('a')).toBe(0);
  add('a', 1);
  expect(counts.waitFor('a')).toBe(0);
});

test('a limit of 0 is none', () => {
  const { counts, add } = counter(0);
  add('a', 1000);
  expect([counts.waitFor('a'), counts.untold(10)]).toEqual([0, []]);
});

test('of however many subjects only so many are remembered, and the newest are', () => {
  const { counts, add } = counter(1, 100);
  repeat(10_000, () => add(`${Math.random()}`, 1));
  add('last', 1);
  expect(counts.waitFor('last')).toBe(60_000);
  expect(counts.untold(1000).length).toBeLessThanOrEqual(100);
});

test('what others have admitted counts here, and few requests are kept to oneself', () => {
  const { counts, pass, add } = counter(100);
  add('few', 4);
  add('many', 60);
  expect(counts.untold(10)).toEqual([{ subject: 'many', n: 60 }]);
  add('many', 10);
  counts.hear({ subject: 'many', n: 60 }, 90, 30_000);
  expect(counts.waitFor('many')).toBe(30_000);
  pass(30_000);
  expect(counts.waitFor('many')).toBe(0);
});

test('what could not be told is told with what comes later', () => {
  const { counts, add } = counter(100);
  add('a', 10);
  counts.untold(10);
  add('a', 10);
  expect(counts.untold(10)).toEqual([{ subject: 'a', n: 20 }]);
  counts.hear({ subject: 'a', n: 20 }, 20, 60_000);
  expect(counts.untold(10)).toEqual([]);
});
