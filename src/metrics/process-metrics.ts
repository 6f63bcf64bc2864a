import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { PREFIX } from './prefix.ts';

/** Gauges whose names end as those of counters do; `whoosh_nodejs_active_resources` tells the same by kind. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** As prom-client's. */
const LOOK_EVERY_MS = 10;

let registry: Promise<Registry> | undefined;

/**
 * What the process costs (memory, processor, event loop, collections of garbage) in the text format. One registry for a
 * process, however many replicas run in it: its watches, one of them a timer of 10 ms, cannot be ended. They begin with
 * the first call.
 */
export async function processMetrics(): Promise<string> {
  registry ??= watch();
  return (await registry).metrics();
}

async function watch(): Promise<Registry> {
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: PREFIX });
  for (const name of MISNAMED) register.removeSingleMetric(PREFIX + name);
  await untilLookedAt();
  return register;
}

/** Before its first look at the event loop a watch knows a least of 292 years and no mean. prom-client's began just before this one. */
async function untilLookedAt(): Promise<void> {
  const watch = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
  watch.enable();
  while (watch.count === 0) await pause(LOOK_EVERY_MS);
  watch.disable();
}
