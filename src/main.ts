import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { Coordinator } from './coordinator/coordinator.ts';
import { connectDatabase, type Database } from './db/connect.ts';
import { startEmbedded } from './db/embedded/start.ts';
import { Listener } from './db/listener.ts';
import { migrate } from './db/migrate.ts';
import { openNotifier } from './db/notifier.ts';
import type { Log } from './lib/log.ts';
import { ensureAdminKey } from './members/ensure-admin-key.ts';
import { artifactRoutes } from './tasks/artifact-routes.ts';
import { attemptRoutes } from './tasks/attempt-routes.ts';
import { createTaskDesk } from './tasks/desk.ts';
import { logRoutes } from './tasks/log-routes.ts';
import { taskRoutes } from './tasks/routes.ts';

/** A running replica. */
export type Server = {
  url: string;
  /** File with the admin key of a standalone server; null in production. */
  adminKeyFile: string | null;
  context: Context;
  /** Hands over and closes everything, in the reverse order of its start. `atOnce` skips the time to look not ready. */
  stop(options?: { atOnce: boolean }): Promise<void>;
};

/**
 * Starts a replica: database, migrations, HTTP, coordinator. What had started is stopped again when a later step
 * fails, and the error says which step it was.
 */
export async function startServer(config: Config, log: Log): Promise<Server> {
  await using started = new AsyncDisposableStack();
  const phase = { leaving: false, draining: false };
  const database = await step('database', openDatabase(config, log, started));
  await step('migration', migrate(database.url));
  const { context, coordinator, desk } = openCoordinator(config, log, database, phase, started);
  const app = await step(
    'API',
    buildApp(
      context,
      [taskRoutes, attemptRoutes, artifactRoutes, logRoutes].map((routes) => routes(desk)),
    ),
  );
  started.defer(() => app.close());
  const adminKeyFile = await prepareStandalone(config, context);
  const url = await step('listening', app.listen({ host: config.host, port: config.port }));
  coordinator.start();
  started.defer(() => coordinator.stop());
  await tellAddress(config, url, started);
  const running = started.move();
  return { url, adminKeyFile, context, stop: (options) => leave(config, phase, running, options?.atOnce ?? false) };
}

async function step<T>(name: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new Error(`${name} initialization failed: ${(cause as Error).message}`, { cause });
  }
}

async function openDatabase(config: Config, log: Log, started: AsyncDisposableStack): Promise<Database> {
  const databaseUrl = config.databaseUrl ?? (await openEmbedded(config, log, started));
  const database = await connectDatabase({ ...config, databaseUrl }, log);
  started.defer(() => database.close());
  return database;
}

async function openEmbedded(config: Config, log: Log, started: AsyncDisposableStack): Promise<string> {
  const embedded = await startEmbedded({ dataDir: config.dataDir, log });
  started.defer(() => embedded.stop());
  return embedded.url;
}

type Phase = { leaving: boolean; draining: boolean };

function openCoordinator(config: Config, log: Log, database: Database, phase: Phase, started: AsyncDisposableStack) {
  const notifier = openNotifier(database.api);
  const listener = new Listener({ url: database.url, log });
  started.defer(() => listener.close());
  started.defer(() => notifier.close());
  const context: Context = {
    config,
    log,
    db: database.api,
    control: database.control,
    notify: (topic) => notifier.notify(topic),
    subscribe: (topic, hear) => listener.subscribe(topic, hear),
    isLeaving: () => phase.leaving,
    isDraining: () => phase.draining,
    coordinatorHealth: async () => ({ ...(await coordinator.health()), notify_round_trip_ms: listener.roundTripMs }),
  };
  const desk = createTaskDesk(context);
  const coordinator = new Coordinator(context, desk);
  // What was told while the connection was down is lost: look for it.
  listener.onReconnected(() => desk.dispatcher.poke());
  return { context, coordinator, desk };
}

async function prepareStandalone(config: Config, context: Context): Promise<string | null> {
  if (config.mode === 'production') return null;
  await mkdir(config.dataDir, { recursive: true });
  const file = join(config.dataDir, 'admin.key');
  await step('admin key', ensureAdminKey(context.db, file));
  return file;
}

/** Where the CLI on this machine finds the server. */
async function tellAddress(config: Config, url: string, started: AsyncDisposableStack): Promise<void> {
  if (config.mode === 'production') return;
  const file = join(config.dataDir, 'server.json');
  await writeFile(file, `${JSON.stringify({ url, pid: process.pid })}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  started.defer(() => rm(file, { force: true }));
}

async function leave(config: Config, phase: Phase, running: AsyncDisposableStack, atOnce: boolean): Promise<void> {
  phase.leaving = true;
  // Balancers need a look or two at /readyz before they send their requests elsewhere.
  if (config.mode === 'production' && !atOnce)
    await new Promise((resolve) => setTimeout(resolve, config.drainNotReadyMs));
  phase.draining = true;
  await running.disposeAsync();
}
