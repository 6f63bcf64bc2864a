import { randomUUID } from 'node:crypto';
import type { Config } from '../src/config.ts';
import { agentsHealth } from '../src/coordinator/agents-health.ts';
import type { Database } from '../src/db/connect.ts';
import { openNotifier } from '../src/db/notifier.ts';
import { createLog } from '../src/lib/log.ts';
import { openMetrics } from '../src/metrics/metrics.ts';
import { createTaskDesk, type TaskDesk } from '../src/tasks/desk.ts';
import { NO_TRACING } from '../src/telemetry/no-tracing.ts';

/** What a replica keeps at hand for tasks, without its HTTP and its standing duties. */
export function openDesk({ api, control }: Database, config: Config): TaskDesk {
  const { notify } = openNotifier(api);
  return createTaskDesk({
    config,
    log: createLog('warn', false),
    metrics: openMetrics(),
    tracing: NO_TRACING,
    db: api,
    control,
    notify,
    subscribe: () => () => {},
    replica_id: randomUUID(),
    isStarted: () => true,
    isLeaving: () => false,
    isDraining: () => false,
    coordinatorHealth: () => Promise.reject(new Error('There is no coordinator in this bench.')),
    agentsHealth: () => agentsHealth(api),
  });
}
