import { pushRoutes } from '../src/agents/push-routes.ts';
import { alertRoutes } from '../src/alerts/routes.ts';
import { buildApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import type { Context } from '../src/context.ts';
import { agentsHealth } from '../src/coordinator/agents-health.ts';
import { createLog } from '../src/lib/log.ts';
import { openMetrics } from '../src/metrics/metrics.ts';
import { allTaskRoutes } from '../src/tasks/all-routes.ts';
import { createTaskDesk } from '../src/tasks/desk.ts';
import { NO_TRACING } from '../src/telemetry/no-tracing.ts';

/** The API document as a server of this version serves it, made without a database and without listening. */
export async function apiDocument(): Promise<string> {
  const context = contextOfNothing();
  const desk = createTaskDesk(context);
  const app = await buildApp(context, [pushRoutes(desk.modelServers), ...allTaskRoutes(desk), alertRoutes([])]);
  const answer = await app.inject('/api/openapi.json');
  await app.close();
  return `${JSON.stringify(answer.json(), null, 2)}\n`;
}

/** Routes are only looked at here, so nothing behind them is ever asked. */
function contextOfNothing(): Context {
  const db = {} as Context['db'];
  return {
    config: readConfig({}),
    log: createLog('silent', false),
    metrics: openMetrics(),
    tracing: NO_TRACING,
    db,
    control: db,
    notify: () => {},
    subscribe: () => () => {},
    replica_id: '00000000-0000-7000-8000-00000000000f',
    isStarted: () => true,
    isLeaving: () => false,
    isDraining: () => false,
    coordinatorHealth: () => Promise.reject(new Error('There is no coordinator.')),
    agentsHealth: () => agentsHealth(db),
  };
}
