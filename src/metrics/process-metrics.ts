import { setTimeout as pause } from 'node:timers/promises';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { PREFIX } from './prefix.ts';

/** Gauges whose names end as those of counters do; `whoosh_nodejs_active_resources` tells the same by kind. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** The watch of the event loop looks every 10 ms; before its first look its least is 292 years and its mean none. */
const FIRST_LOOK_MS = 25;

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
  await pause(FIRST_LOOK_MS);
  return register;
}
