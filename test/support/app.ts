import { onTestFinished } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Context } from '../../src/context.ts';
import { agentsHealth } from '../../src/coordinator/agents-health.ts';
import type { PoolDb } from '../../src/db/pool.ts';
import type { App, Routes } from '../../src/http/app-types.ts';
import { createLog } from '../../src/lib/log.ts';
import { createKey } from '../../src/members/create-key.ts';
import type { Role } from '../../src/members/schema.ts';
import { openMetrics } from '../../src/metrics/metrics.ts';
import { NO_TRACING } from '../../src/telemetry/no-tracing.ts';
import { testDatabase } from './database.ts';
import { IDLE_COORDINATOR } from './idle-coordinator.ts';

/** The application on a database of the test's own, without a process around it. */
export type TestApp = {
  app: App;
  context: Context;
  db: PoolDb;
  url: string;
  /** Headers of a new key: `admin` for all projects unless told otherwise. */
  as(role: Role, project_id?: string | null): Promise<{ authorization: string }>;
};

type Options = {
  routes?: Routes[];
  /** Replaces parts of the context, such as `isDraining`. */
  context?: Partial<Context>;
  /** Share the database and the notifications of another replica. */
  beside?: TestApp;
};

/** Builds the application; it closes with the test. Notifications reach all apps that share a database, at once. */
export async function testApp({ routes = [], context: parts = {}, beside }: Options = {}): Promise<TestApp> {
  const { db, url } = beside ?? ((await testDatabase()) as { db: PoolDb; url: string });
  const bus = beside?.context ?? localBus();
  const context: Context = {
    config: readConfig({}),
    log: createLog('silent', false),
    metrics: openMetrics(),
    tracing: NO_TRACING,
    db,
    control: db,
    notify: bus.notify,
    subscribe: bus.subscribe,
    replica_id: '00000000-0000-7000-8000-00000000000f',
    isStarted: () => true,
    isLeaving: () => false,
    isDraining: () => false,
    agentsHealth: () => agentsHealth(parts.db ?? db),
    coordinatorHealth: async () => IDLE_COORDINATOR,
    ...parts,
  };
  const app = await buildApp(context, routes);
  onTestFinished(() => app.close());
  const as = async (role: Role, project_id: string | null = null) => {
    const { secret } = await createKey(db, 'test', { name: `test ${role}`, role, project_id });
    return { authorization: `Bearer ${secret}` };
  };
  return { app, context, db, url, as };
}

function localBus(): Pick<Context, 'notify' | 'subscribe'> {
  const topics = new Map<string, Set<() => void>>();
  return {
    notify: (topic) => {
      for (const hear of topics.get(topic) ?? []) hear();
    },
    subscribe: (topic, hear) => {
      const hearers = topics.get(topic) ?? new Set();
      topics.set(topic, hearers.add(hear));
      return () => hearers.delete(hear);
    },
  };
}
