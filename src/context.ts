import type { Config } from './config.ts';
import type { PoolDb } from './db/pool.ts';
import type { Log } from './lib/log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Tracing } from './telemetry/tracing.ts';

/** What the coordinator of this replica knows about whether work moves. Times are of the database's clock. */
export type CoordinatorHealth = {
  /** How long the oldest task that could be claimed has waited, in milliseconds; null when none waits. */
  oldest_claimable_ms: number | null;
  last_claim_at: string | null;
  last_reap_at: string | null;
  orphan_tasks: number;
  /** Ids of those that the last audit of this replica found broken. */
  broken_invariants: string[];
  /** null: no notification came back. Work still moves then, by polling. */
  notify_round_trip_ms: number | null;
  /** One sentence for the operator when work does not move as it should; null when it does. */
  problem: string | null;
};

/** The agents of all projects, in numbers. */
export type AgentsHealth = {
  total: number;
  online: number;
  /** One sentence for the operator when work waits and nobody is there to take it. */
  problem: string | null;
};

/** What every routes.ts is given: this replica's settings and connections. The process makes it, once. */
export type Context = {
  /** Which process this is, for what it tells the others. */
  replica_id: string;
  config: Config;
  log: Log;
  /** What this replica counts and measures. */
  metrics: Metrics;
  tracing: Tracing;
  /** For everything that may wait or be refused under load. */
  db: PoolDb;
  /** The small pool of heartbeats, outcomes and their authentication: overload of `db` must not expire leases. */
  control: PoolDb;
  /** Tells every replica that something about `topic` has changed; a hint, debounced. Call it after the commit. */
  notify(topic: string): void;
  /** Calls `fn` with the `replica_id` of the sender when any replica notified `topic`; the returned function ends that. A hint may be lost: poll as well. */
  subscribe(topic: string, fn: (from?: string) => void): () => void;
  /** The database answers and has this version's schema. Before that only the probes are answered. */
  isStarted(): boolean;
  /** The process was asked to stop: /readyz says no, so that balancers look away, but every request is still served. */
  isLeaving(): boolean;
  /** Only what ends or keeps running work is still served (routes with `essential`); the rest answers `draining`. */
  isDraining(): boolean;
  coordinatorHealth(): Promise<CoordinatorHealth>;
  agentsHealth(): Promise<AgentsHealth>;
};
