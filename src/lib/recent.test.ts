import { expect, test } from 'vitest';
import { Recent } from './recent.ts';

test('what was looked up is forgotten after its time', () => {
  let now = 0;
  const recent = new Recent<number>(10, 100, () => now);
  recent.set('a', 1);
  now = 99;
  expect(recent.get('a')).toBe(1);
  now = 100;
  expect(recent.get('a')).toBeUndefined();
});

test('it never holds more than its bound; the oldest go first', () => {
  const recent = new Recent<number>(2, 100, () => 0);
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
    ['c', 4],
  ] as const)
    recent.set(key, value);
  expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([3, undefined, 4]);
});
