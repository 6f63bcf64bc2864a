import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';

/** Writes where the CLI on this machine finds the server, until that ends. */
export async function tellAddress(
  { dataDir, tlsCert: certificate }: Config,
  url: string,
  started: AsyncDisposableStack,
): Promise<void> {
  const file = join(dataDir, 'server.json');
  await writeFile(file, `${JSON.stringify({ url, pid: process.pid, certificate })}\n`);
  started.defer(() => rm(file, { force: true }));
}
