import type { Config } from '../config.ts';
import { startEmbedded } from '../db/embedded/start.ts';
import type { Log } from '../lib/log.ts';
import { CliError } from './cli-error.ts';
import { readLocalAddress } from './find-server.ts';

/**
 * Gives `work` the URL of the server's database: DATABASE_DIRECT_URL, since commands may need a session of their own, else
 * DATABASE_URL, or that of the embedded one, which is started for it.
 */
export async function withDatabase<T>(config: Config, log: Log, work: (url: string) => Promise<T>): Promise<T> {
  const url = config.databaseDirectUrl ?? config.databaseUrl;
  if (url) return work(url);
  const embedded = await startEmbedded({ dataDir: config.dataDir, log }).catch((error) => explain(config, error));
  try {
    return await work(embedded.url);
  } finally {
    await embedded.stop();
  }
}

/** The embedded database belongs to one process at a time, and a running server keeps its schema itself. */
async function explain({ dataDir }: Config, error: Error): Promise<never> {
  if (!(await readLocalAddress(dataDir))) throw error;
  const hint =
    'While it runs, its schema is of its version: `whoosh doctor` asks it. To restore a back-up, stop it first.';
  throw new CliError(error.message, { hint, cause: error });
}
