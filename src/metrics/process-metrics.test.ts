import { expect, test } from 'vitest';
import { processMetrics } from './process-metrics.ts';

test('the first answer of a process already has measured its event loop', async () => {
  const text = await processMetrics();
  const lag = (name: string) =>
    Number(new RegExp(`^whoosh_nodejs_eventloop_lag_${name}_seconds (.*)$`, 'm').exec(text)?.[1]);
  for (const name of ['min', 'mean', 'p99']) {
    expect(lag(name)).toBeGreaterThan(0.0001);
    expect(lag(name)).toBeLessThan(60);
  }
});
