import { randomUUID } from 'node:crypto';
import { pushRoutes } from './agents/push-routes.ts';
import { alertDuties } from './alerts/alert-duties.ts';
import { openNotifiers } from './alerts/notify/open-notifiers.ts';
import { alertRoutes } from './alerts/routes.ts';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import { watchHistory } from './coordinator/watch-history.ts';
import { migrate } from './db/migrate.ts';
import type { Log } from './lib/log.ts';
import { requireOwnFolder } from './lib/own-folder.ts';
import { openMetrics } from './metrics/metrics.ts';
import type { StartedRunner } from './runner/loop.ts';
import { keepAdminKey } from './start/keep-admin-key.ts';
import { openConnections } from './start/open-connections.ts';
import { openLocalRunner } from './start/open-local-runner.ts';
import { openParts } from './start/open-parts.ts';
import { ownUrl } from './start/own-url.ts';
import { startStep } from './start/start-step.ts';
import { type Phase, stopper } from './start/stopper.ts';
import { tellAddress } from './start/tell-address.ts';
import { allTaskRoutes } from './tasks/all-routes.ts';
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
  const { dataDir } = config;
  const standalone = config.mode === 'standalone';

  if (standalone) await step('data folder', () => requireOwnFolder(dataDir));
  const replica_id = randomUUID();
  // Of this very log, so that what the process says beside its parts has it too.
  log.setBindings({ replica_id });
  const tracing = await step('tracing', () => openTracing(config, { service: 'whoosh', instance: replica_id, log }));
  started.defer(() => tracing.close());
  const metrics = openMetrics();
  const database = await step('database', () => openConnections(config, log, metrics, started));
  const ground = { config, log, tracing, metrics, database, phase, replica_id };
  const { context, desk, coordinator } = openParts(ground, started);
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
  const admin = standalone ? await onDatabase('admin key', () => keepAdminKey(context.db, dataDir)) : null;
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
      ? await step('local runner', () => openLocalRunner({ dataDir, url, adminKey: admin.key, log, tracing }, started))
      : null;
  signal?.throwIfAborted();
  const stop = stopper(config, { phase, localRunner, push, running: started.move() });
  return { url, adminKeyFile: admin?.file ?? null, localRunner, restored: restored.promise, stop };
}
