import { expect, onTestFinished, test } from 'vitest';
import { watchLoad } from './load.ts';

function watch() {
  const gauges = { loopDelayMs: 0, poolWaitMs: 0 };
  const load = watchLoad({
    loopDelayMs: () => gauges.loopDelayMs,
    poolWaitMs: () => gauges.poolWaitMs,
    close() {},
  });
  onTestFinished(load.close);
  const shed = () => (['list', 'submit', 'log'] as const).filter(load.sheds);
  return { gauges, load, shed };
}

test('under load, lists are refused first, then submissions, then logs; and the other way round when it ends', () => {
  const { gauges, load, shed } = watch();
  const look = () => {
    load.look();
    return shed();
  };
  expect(look()).toEqual([]);
  gauges.loopDelayMs = 251;
  expect([look(), look(), look(), look()]).toEqual([
    ['list'],
    ['list', 'submit'],
    ['list', 'submit', 'log'],
    ['list', 'submit', 'log'],
  ]);
  expect(load.problem()).toBe('the event loop was held up for 251 ms (limit 250 ms)');
  gauges.loopDelayMs = 0;
  expect([look(), look(), look()]).toEqual([['list', 'submit'], ['list'], []]);
  expect(load.problem()).toBeNull();
});

test('waiting over a second for a connection is overload', () => {
  const { gauges, load, shed } = watch();
  gauges.poolWaitMs = 1000;
  load.look();
  expect(shed()).toEqual([]);
  gauges.poolWaitMs = 1001;
  load.look();
  expect(shed()).toEqual(['list']);
  expect(load.problem()).toBe('requests wait 1001 ms for a database connection (limit 1000 ms)');
});
