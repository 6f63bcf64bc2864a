import type { Context } from '../context.ts';
import { agentsHealth } from '../coordinator/agents-health.ts';
import { Coordinator } from '../coordinator/coordinator.ts';
import type { Database } from '../db/connect.ts';
import { databaseAddresses } from '../db/database-addresses.ts';
import { Listener } from '../db/listener.ts';
import { openNotifier } from '../db/notifier.ts';
import { createTaskDesk, type TaskDesk } from '../tasks/desk.ts';
import type { Phase } from './stopper.ts';

type Ground = Pick<Context, 'config' | 'log' | 'tracing' | 'metrics' | 'replica_id'> & {
  database: Database;
  phase: Phase;
};

/** What a replica does its work with. */
type Parts = { context: Context; desk: TaskDesk; coordinator: Coordinator };

/** Makes them; none asks the database for anything yet. */
export function openParts({ database, phase, ...ground }: Ground, started: AsyncDisposableStack): Parts {
  const listener = openListener(ground, database, started);
  const notifier = openNotifier(database.api);
  started.defer(() => notifier.close());
  const context: Context = {
    ...ground,
    db: database.api,
    control: database.control,
    notify: (topic) => notifier.notify(topic, ground.replica_id),
    subscribe: (topic, hear) => listener.subscribe(topic, hear),
    isStarted: () => phase.started,
    isLeaving: () => phase.leaving,
    isDraining: () => phase.draining,
    // Not by `control`: behind a lock on the agents it would keep a connection that renews leases.
    agentsHealth: () => agentsHealth(database.api),
    coordinatorHealth: async () => ({ ...(await coordinator.health()), notify_round_trip_ms: listener.roundTripMs }),
  };
  const desk = openDesk(context, database, started);
  const coordinator = new Coordinator(context, desk);
  // What was told while the connection was down is lost: look for it.
  listener.onReconnected(() => desk.dispatcher.poke());
  return { context, desk, coordinator };
}

type Told = Pick<Context, 'config' | 'log'>;

function openListener({ config, log }: Told, { directUrl }: Database, started: AsyncDisposableStack): Listener {
  const { dbRetryBaseMs: retryBaseMs, dbRetryCapMs: retryCapMs } = config;
  const listener = new Listener({ url: directUrl, log, retryBaseMs, retryCapMs });
  started.defer(() => listener.close());
  return listener;
}

function openDesk(context: Context, { url, directUrl }: Database, started: AsyncDisposableStack): TaskDesk {
  const desk = createTaskDesk(context);
  for (const { address, port } of [url, directUrl].flatMap(databaseAddresses))
    desk.modelServers.neverCall(address, port);
  started.defer(() => desk.modelServers.close());
  return desk;
}
