import { Writable } from 'node:stream';
import { afterAll, expect } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { Context } from '../../src/context.ts';
import { agentsHealth } from '../../src/coordinator/agents-health.ts';
import { auditInvariants } from '../../src/coordinator/audit.ts';
import type { Db } from '../../src/db/database.ts';
import { openPool } from '../../src/db/pool.ts';
import { createLog, type Log } from '../../src/lib/log.ts';
import { openMetrics } from '../../src/metrics/metrics.ts';
import { createTaskDesk, type TaskDesk } from '../../src/tasks/desk.ts';
import { NO_TRACING } from '../../src/telemetry/no-tracing.ts';
import { testDatabase } from './database.ts';
import { createProject, type ProjectSettings, type TestProject } from './fleet-project.ts';

/** Replicas on one private database, without HTTP: what the verbs of tasks do, as the routes would call them. */
export type Fleet = {
  db: Db;
  url: string;
  /** The first replica. */
  desk: TaskDesk;
  desks: TaskDesk[];
  /** What the replicas have logged as a warning or worse. */
  warnings: string[];
  /** A project of the test's own; agents made in it serve it only, so tests of one file do not meet. */
  project(settings?: ProjectSettings): Promise<TestProject>;
  /** Changes the live row of a task, to let time pass: `await change(id, "deadline_at = now() - interval '1 s'")`. */
  change(taskId: string, set: string): Promise<void>;
};

type Options = {
  /** Replicas; each has its own pools, dispatcher and memory. Default 1. */
  replicas?: number;
  /** Settings by their environment variables. */
  settings?: Record<string, string>;
};

/** Makes a fleet; call it at the top of a file or in `beforeAll`. When the file ends, every invariant must hold. */
export async function testFleet({ replicas = 1, settings = {} }: Options = {}): Promise<Fleet> {
  const { db, url } = await testDatabase();
  const bus = createBus();
  const warnings: string[] = [];
  const log = createLog('warn', false, lineStream(warnings));
  const made = Array.from({ length: replicas }, (_, index) =>
    openReplica({ url, name: `replica-${index + 1}`, settings, bus, log }),
  );
  afterAll(async () => {
    for (const { desk } of made) desk.dispatcher.stop();
    expect(await auditInvariants(db, '-infinity')).toEqual([]);
    await Promise.all(made.map(({ close }) => close()));
  });
  const desks = made.map(({ desk }) => desk);
  const desk = desks[0]!;
  return {
    db,
    url,
    desk,
    desks,
    warnings,
    project: (wanted) => createProject(db, desk, wanted),
    async change(taskId, set) {
      await db.query(`update live_tasks set ${set} where id = $1`, [taskId]);
    },
  };
}

type Bus = Pick<Context, 'notify' | 'subscribe'>;

/** Notifications between the replicas of a fleet, as PostgreSQL carries them: after the caller, to everybody. */
function createBus(): Bus {
  const listeners = new Map<string, Set<() => void>>();
  return {
    notify: (topic) => setImmediate(() => listeners.get(topic)?.forEach((listen) => void listen())),
    subscribe(topic, listen) {
      const ofTopic = listeners.get(topic) ?? new Set();
      listeners.set(topic, ofTopic.add(listen as () => void));
      return () => ofTopic.delete(listen as () => void);
    },
  };
}

const lineStream = (lines: string[]) =>
  new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });

type Replica = { url: string; name: string; settings: Record<string, string>; bus: Bus; log: Log };

function openReplica({ url, name, settings, bus, log }: Replica) {
  const limits = { url, min: 0, recycleS: 3600, connectTimeoutMs: 10_000, queryTimeoutMs: 10_000 };
  const db = openPool({ ...limits, name, max: 6 }, log);
  const control = openPool({ ...limits, name: `${name}-control`, max: 3 }, log);
  const desk = createTaskDesk({
    config: readConfig(settings),
    log,
    metrics: openMetrics(),
    tracing: NO_TRACING,
    db,
    control,
    ...bus,
    replica_id: '00000000-0000-7000-8000-00000000000f',
    isStarted: () => true,
    isLeaving: () => false,
    isDraining: () => false,
    coordinatorHealth: () => Promise.reject(new Error('A desk alone has no coordinator')),
    agentsHealth: () => agentsHealth(db),
  });
  const unsubscribe = bus.subscribe('work', () => desk.dispatcher.poke());
  return {
    desk,
    async close() {
      unsubscribe();
      await Promise.all([db.close(), control.close()]);
    },
  };
}
