import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '../src/client/client.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** A server with one model server as its agent, for the time of `measure`. */
export async function withModelServer<T>(
  model: { url: string; max_concurrent: number },
  measure: (client: Client, server: ServerProcess) => Promise<T>,
): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'whoosh-bench-'));
  const server = await startServerProcess(dataDir, { WHOOSH_LOCAL_RUNNER: 'off' });
  try {
    const key = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
    const client = createClient({ url: server.url, key });
    await client.addAgent({ kind: 'ollama', name: 'bench', ...model });
    await client.approveAgent('bench');
    return await measure(client, server);
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
