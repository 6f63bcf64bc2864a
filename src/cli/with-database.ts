import type { Config } from '../config.ts';
import { startEmbedded } from '../db/embedded/start.ts';
import type { Log } from '../lib/log.ts';

/** Gives `work` the URL of the server's database: DATABASE_URL, or the embedded one, which is started for it. */
export async function withDatabase<T>(config: Config, log: Log, work: (url: string) => Promise<T>): Promise<T> {
  if (config.databaseUrl) return work(config.databaseUrl);
  const embedded = await startEmbedded({ dataDir: config.dataDir, log });
  try {
    return await work(embedded.url);
  } finally {
    await embedded.stop();
  }
}
