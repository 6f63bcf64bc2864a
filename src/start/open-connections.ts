import type { Config } from '../config.ts';
import { type Database, openDatabase } from '../db/connect.ts';
import { startEmbedded } from '../db/embedded/start.ts';
import type { Log } from '../lib/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { observePool } from '../metrics/observe-pool.ts';

/** The pools of a replica, on the database of DATABASE_URL or else on the embedded one, which it starts. */
export async function openConnections(
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

async function openEmbedded({ dataDir }: Config, log: Log, started: AsyncDisposableStack): Promise<string> {
  const embedded = await startEmbedded({ dataDir, log });
  started.defer(() => embedded.stop());
  return embedded.url;
}
