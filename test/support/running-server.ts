import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Client, createClient } from '../../src/client/client.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/lib/log.ts';
import { type Server, startServer } from '../../src/main.ts';
import { testDatabase } from './database.ts';

/** A whole replica in this process, listening on a port of its own. */
export type RunningServer = {
  url: string;
  /** Of an admin of all projects. */
  key: string;
  dataDir: string;
  client: Client;
  /** At once; what runs is handed back. Also after `drain`, as a second signal. */
  stop(): Promise<void>;
  /** As on a first signal: what runs may end. */
  drain(): Promise<void>;
  /** Starts it again on the same port, database and folder. */
  start(): Promise<void>;
};

/** Starts a replica on a database of the test's own; it stops with the test. */
export async function runningServer(env: NodeJS.ProcessEnv = {}): Promise<RunningServer> {
  const [{ url: DATABASE_URL }, dataDir] = await Promise.all([testDatabase(), mkdtemp(join(tmpdir(), 'whoosh-test-'))]);
  const small = { DB_POOL_SIZE: '2', DB_MAX_OVERFLOW: '6', WHOOSH_LOCAL_RUNNER: 'off' };
  const settings = { DATABASE_URL, WHOOSH_DATA_DIR: dataDir, ...small, ...env };
  const begin = (port: string) =>
    startServer(readConfig({ ...settings, WHOOSH_PORT: port }), createLog('silent', false));
  let server: Server | undefined = await begin('0');
  const { url } = server;
  let stopping: Server | undefined;
  const leave = async (atOnce: boolean) => {
    stopping = server ?? stopping;
    server = undefined;
    await stopping?.stop({ atOnce });
  };
  const stop = () => leave(true);
  const drain = () => leave(false);
  onTestFinished(async () => {
    await stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  const key = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
  const start = async () => {
    server ??= await begin(new URL(url).port);
  };
  return { url, key, dataDir, client: createClient({ url, key }), stop, drain, start };
}
