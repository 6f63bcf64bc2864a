import { collectDefaultMetrics, Registry } from 'prom-client';
import { PREFIX } from './prefix.ts';

/** Gauges whose names end as those of counters do; `whoosh_nodejs_active_resources` tells the same by kind. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

let registry: Registry | undefined;

/**
 * What the process costs (memory, processor, event loop, collections of garbage) in the text format. One registry for a
 * process, however many replicas run in it: its watches, one of them a timer of 10 ms, cannot be ended. They begin with
 * the first call.
 */
export function processMetrics(): Promise<string> {
  registry ??= watch();
  return registry.metrics();
}

function watch(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: PREFIX });
  for (const name of MISNAMED) register.removeSingleMetric(PREFIX + name);
  return register;
}
