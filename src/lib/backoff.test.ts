import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const middle = { baseMs: 100, capMs: 5000, random: 0.5 };

test('each failure in a row doubles the wait until the cap', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => backoffMs(failures, middle));
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
});

test('jitter spreads a wait from half of it to one and a half', () => {
  expect(backoffMs(1, { ...middle, random: 0 })).toBe(50);
  expect(backoffMs(1, { ...middle, random: 1 })).toBe(150);
});

test('a wait is a finite number of milliseconds within 1.5 times the cap, however many failures', () => {
  const anyBackoff = fc.record({
    baseMs: fc.integer({ min: 0, max: 1e6 }),
    capMs: fc.integer({ min: 0, max: 1e7 }),
    random: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.nat(), anyBackoff, (failures, backoff) => {
      const wait = backoffMs(failures, backoff);
      expect(Number.isInteger(wait) && wait >= 0 && wait <= backoff.capMs * 1.5 + 1).toBe(true);
    }),
  );
});
