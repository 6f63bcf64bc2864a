import { expect, test } from 'vitest';
import { until } from '../../test/support/until.ts';
import { createLog } from '../lib/log.ts';
import { runDuty } from './loop.ts';

const log = createLog('silent', false);

test('a duty is repeated until the signal fires, and then not once more', async () => {
  const stop = new AbortController();
  let runs = 0;
  const running = runDuty({ name: 'count', everyMs: 1, run: async () => void runs++ }, log, stop.signal);
  await until(() => runs > 3);
  stop.abort();
  await running;
  const atEnd = runs;
  await new Promise(setImmediate);
  expect(runs).toBe(atEnd);
});

test('a duty that fails is repeated after its pause', async () => {
  const stop = new AbortController();
  let runs = 0;
  const run = async () => {
    runs++;
    throw new Error('database away');
  };
  const running = runDuty({ name: 'fail', everyMs: 1, run }, log, stop.signal);
  await until(() => runs > 3);
  stop.abort();
  await running;
});

test('a duty that found something is repeated at once, and one that knows its next time earlier than its pause', async () => {
  for (const soonest of [0, 5]) {
    const stop = new AbortController();
    let runs = 0;
    const run = async () => {
      runs++;
      return soonest;
    };
    const running = runDuty({ name: 'soon', everyMs: 3_600_000, run }, log, stop.signal);
    await until(() => runs > 3);
    stop.abort();
    await running;
  }
});

test('the end waits for the duty under way', async () => {
  const stop = new AbortController();
  const work = Promise.withResolvers<void>();
  let ended = false;
  const running = runDuty(
    { name: 'slow', everyMs: 1, run: () => work.promise as Promise<undefined> },
    log,
    stop.signal,
  ).then(() => {
    ended = true;
  });
  stop.abort();
  await new Promise(setImmediate);
  expect(ended).toBe(false);
  work.resolve();
  await running;
  expect(ended).toBe(true);
});
