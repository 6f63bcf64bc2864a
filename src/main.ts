import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pushRoutes } from './agents/push-routes.ts';
import { alertDuties } from './alerts/alert-duties.ts';
import { openNotifiers } from './alerts/notify/open-notifiers.ts';
import { alertRoutes } from './alerts/routes.ts';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { Coordinator } from './coordinator/coordinator.ts';
import { watchHistory } from './coordinator/watch-history.ts';
import { type Database, openDatabase } from './db/connect.ts';
import { databaseAddresses } from './db/database-addresses.ts';
import { startEmbedded } from './db/embedded/start.ts';
import { Listener } from './db/listener.ts';
import { migrate } from './db/migrate.ts';
import { openNotifier } from './db/notifier.ts';
import { type Phase, stopper } from './leave.ts';
import { certifiedUrl } from './lib/certified-url.ts';
import type { Log } from './lib/log.ts';
import { requireOwnFolder } from './lib/own-folder.ts';
import { readTlsPair } from './lib/tls-pair.ts';
import { trustCertificate } from './lib/trust-certificate.ts';
import { ensureAdminKey } from './members/ensure-admin-key.ts';
import { type Metrics, openMetrics } from './metrics/metrics.ts';
import { observePool } from './metrics/observe-pool.ts';
import type { StartedRunner } from './runner/loop.ts';
import { startStep } from './start-step.ts';
import { allTaskRoutes } from './tasks/all-routes.ts';
import { createTaskDesk } from './tasks/desk.ts';
import { PushHolder } from './tasks/push/push-holder.ts';
import { openTracing } from './telemetry/open-tracing.ts';

/** A running replica. */
export type Server = {
  url: string;
  /** The file with the admin key of a standalone server; null in production. */
  adminKeyFile: string | null;
  /** The runner on this machine, when the server has one. */
  localRunner: StartedRunner | null;
  /** Settles when the database was restored from a back-up: what this replica remembers never happened, so stop it. */
  restored: Promise<void>;
  /** Settles once everything is handed over and closed; `atOnce` does not wait for running work, also on a second call. */
  stop(options?: { atOnce: boolean }): Promise<void>;
};

/**
 * Starts a replica, in this order: data folder (standalone), tracing, connections (standalone: PostgreSQL itself),
 * routes, the port, and once the database answers migrations, its history, the admin key (standalone), the coordinator,
 * calls of model servers, and the runner of this machine (standalone). docs/operate/lifecycle.md says what each waits for.
 *
 * What had started is stopped again, in reverse order, when a later step fails or `signal` fires; the error says which
 * step it was, or which setting is to blame (ConfigError). It waits for the database for ever.
 */
export async function startServer(config: Config, log: Log, signal?: AbortSignal): Promise<Server> {
  await using started = new AsyncDisposableStack();
  const phase: Phase = { started: false, leaving: false, draining: false };
  const step = <T>(name: string, work: () => Promise<T>) => startStep(name, work, signal);
  const standalone = config.mode === 'standalone';

  if (standalone) await step('data folder', () => requireOwnFolder(config.dataDir));
  const replica_id = randomUUID();
  // Of this very log, so that what the process says beside its parts has it too.
  log.setBindings({ replica_id });
  const tracing = await step('tracing', () => openTracing(config, { service: 'whoosh', instance: replica_id, log }));
  started.defer(() => tracing.close());
  const metrics = openMetrics();
  const database = await step('database', () => openConnections(config, log, metrics, started));
  const { context, desk, coordinator } = openReplica(
    { config, log, tracing, metrics, database, phase, replica_id },
    started,
  );
  const notifiers = openNotifiers(config, desk.modelServers.egress);
  const routes = [pushRoutes(desk.modelServers), ...allTaskRoutes(desk), alertRoutes(notifiers)];
  const app = await step('API', () => buildApp(context, routes));
  started.defer(() => app.close());
  // Before the database answers, so that probes are told what it waits for.
  const address = await step('listening', () => app.listen({ host: config.host, port: config.port }));
  const url = ownUrl(config, address);
  desk.modelServers.neverCall(config.host, Number(new URL(address).port));

  await step('database', () => database.untilUsable(signal));
  const onDatabase = <T>(name: string, work: () => Promise<T>) =>
    step(name, () => database.untilAvailable(work, signal));
  await onDatabase('migration', () => migrate(database.directUrl));
  const restored = Promise.withResolvers<void>();
  const history = await onDatabase('history', () => watchHistory(context, restored.resolve));
  const admin = standalone ? await onDatabase('admin key', () => keepAdminKey(config, context)) : null;
  phase.started = true;
  const readComponents = async () => (await app.readHealth()).components;
  const alerts = alertDuties({ context, notifiers, readComponents, readBroken: () => coordinator.broken });
  coordinator.start([history, ...alerts]);
  started.defer(() => coordinator.stop());
  const push = new PushHolder(desk);
  await onDatabase('calls of model servers', () => push.start());
  started.defer(() => push.stop({ atOnce: false }));

  if (admin) await tellAddress(config, url, started);
  const localRunner =
    admin && config.localRunner === 'on'
      ? await step('local runner', () => startRunner(config, url, admin.key, context, started))
      : null;
  signal?.throwIfAborted();
  const stop = stopper(config, { phase, localRunner, push, running: started.move() });
  return { url, adminKeyFile: admin?.file ?? null, localRunner, restored: restored.promise, stop };
}

/** Where clients on this machine reach it. The local runner is in this process, and trusts its own certificate. */
function ownUrl({ tlsCert, tlsKey }: Config, address: string): string {
  if (!tlsCert || !tlsKey) return address;
  const { cert } = readTlsPair({ tlsCert, tlsKey });
  trustCertificate(cert);
  return certifiedUrl(address, cert);
}

async function openConnections(
  config: Config,
  log: Log,
  metrics: Metrics,
  started: AsyncDisposableStack,
): Promise<Database> {
  const databaseUrl = config.databaseUrl ?? (await openEmbedded(config, log, started));
  const observers = { api: observePool(metrics, 'api'), control: observePool(metrics, 'control') };
  const database = openDatabase({ ...config, databaseUrl }, log, observers);
  started.defer(() => database.close());
  return database;
}

async function openEmbedded(config: Config, log: Log, started: AsyncDisposableStack): Promise<string> {
  const embedded = await startEmbedded({ dataDir: config.dataDir, log });
  started.defer(() => embedded.stop());
  return embedded.url;
}

type Parts = Pick<Context, 'config' | 'log' | 'tracing' | 'metrics' | 'replica_id'> & {
  database: Database;
  phase: Phase;
};

function openReplica(
  { config, log, tracing, metrics, database, phase, replica_id }: Parts,
  started: AsyncDisposableStack,
) {
  const notifier = openNotifier(database.api);
  const listener = new Listener({
    url: database.directUrl,
    log,
    retryBaseMs: config.dbRetryBaseMs,
    retryCapMs: config.dbRetryCapMs,
  });
  started.defer(() => listener.close());
  started.defer(() => notifier.close());
  const context: Context = {
    replica_id,
    config,
    log,
    metrics,
    tracing,
    db: database.api,
    control: database.control,
    notify: (topic) => notifier.notify(topic, replica_id),
    subscribe: (topic, hear) => listener.subscribe(topic, hear),
    isStarted: () => phase.started,
    isLeaving: () => phase.leaving,
    isDraining: () => phase.draining,
    coordinatorHealth: async () => ({ ...(await coordinator.health()), notify_round_trip_ms: listener.roundTripMs }),
  };
  const desk = createTaskDesk(context);
  for (const { address, port } of [database.url, database.directUrl].flatMap(databaseAddresses))
    desk.modelServers.neverCall(address, port);
  started.defer(() => desk.modelServers.close());
  const coordinator = new Coordinator(context, desk);
  // What was told while the connection was down is lost: look for it.
  listener.onReconnected(() => desk.dispatcher.poke());
  return { context, desk, coordinator };
}

async function keepAdminKey(config: Config, context: Context): Promise<{ file: string; key: string }> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const file = join(config.dataDir, 'admin.key');
  return { file, key: await ensureAdminKey(context.db, file) };
}

/** Where the CLI on this machine finds the server. */
async function tellAddress(config: Config, url: string, started: AsyncDisposableStack): Promise<void> {
  const file = join(config.dataDir, 'server.json');
  await writeFile(file, `${JSON.stringify({ url, pid: process.pid, certificate: config.tlsCert })}\n`);
  started.defer(() => rm(file, { force: true }));
}

async function startRunner(
  config: Config,
  url: string,
  adminKey: string,
  { log, tracing }: Context,
  started: AsyncDisposableStack,
): Promise<StartedRunner> {
  const { startLocalRunner } = await import('./local-runner.ts');
  const runner = await startLocalRunner({ dataDir: config.dataDir, url, adminKey, log, tracing });
  started.defer(async () => void (await runner.stop()));
  return runner;
}
