import type { Config } from '../config.ts';
import { runningEmbedded } from '../db/embedded/running.ts';
import type { Log } from '../lib/log.ts';
import { withDatabase } from './with-database.ts';

/** As `withDatabase`; the embedded database of a server that runs is used as it runs. */
export async function withAnyDatabase<T>(config: Config, log: Log, work: (url: string) => Promise<T>): Promise<T> {
  const running = config.databaseUrl ? undefined : await runningEmbedded(config.dataDir);
  return running ? work(running) : withDatabase(config, log, work);
}
