import { expect, test } from 'vitest';
import { until } from '../../test/support/until.ts';
import { AttemptClock } from './attempt-clock.ts';

test('the clock stands still until the last of several pauses has ended', async () => {
  let overAt = 0;
  const startedAt = performance.now();
  const clock = new AttemptClock(100, () => {
    overAt = performance.now();
  });
  clock.pause();
  clock.pause();
  await until(() => performance.now() - startedAt > 150);
  clock.resume();
  await until(() => performance.now() - startedAt > 300);
  expect(overAt).toBe(0);
  clock.resume();
  await until(() => overAt > 0);
  expect(overAt - startedAt).toBeGreaterThan(395);
});

test('a clock that is stopped, or has no limit, calls nobody', async () => {
  let calls = 0;
  const stopped = new AttemptClock(10, () => calls++);
  stopped.stop();
  const endless = new AttemptClock(Infinity, () => calls++);
  endless.pause();
  endless.resume();
  const startedAt = performance.now();
  await until(() => performance.now() - startedAt > 50);
  expect(calls).toBe(0);
});
