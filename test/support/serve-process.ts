import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { end } from '../../examples/process.ts';
import { createClient } from '../../src/client/client.ts';
import { testFolder } from './test-folder.ts';
import { type Patience, until } from './until.ts';
import { WHOOSH } from './whoosh.ts';

export const SERVE = [process.execPath, WHOOSH, 'serve'];

/**
 * Starts `whoosh serve` in a process of its own, without a runner, by a command that leads to SERVE; it ends with the
 * test. It has the database that `env` says, whatever the shell says.
 */
export async function serveProcess(env: NodeJS.ProcessEnv, [program, ...args] = SERVE) {
  const dataDir = await testFolder();
  const noDatabase = { DATABASE_URL: '', DATABASE_DIRECT_URL: '' };
  const own = { ...noDatabase, WHOOSH_PORT: '0', WHOOSH_DATA_DIR: dataDir, WHOOSH_LOCAL_RUNNER: 'off' };
  const child = spawn(program!, args, {
    env: { ...process.env, ...own, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => end(child, 'SIGKILL'));
  const [out, err] = [textOf(child.stdout), textOf(child.stderr)];
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const file = join(dataDir, 'server.json');
  const url = async (patience?: Patience): Promise<string> => {
    const { url } = await until(() => readFile(file, 'utf8').then(JSON.parse), patience);
    return url;
  };
  return {
    child,
    dataDir,
    /** Exit code and signal. */
    ended,
    /** Its exit code; null after a signal that it did not hear. */
    exited: ended.then(([code]) => code),
    /** All that it wrote so far. */
    output: () => out() + err(),
    /** The log lines that `grep` would find. */
    grep: (pattern: string) =>
      out()
        .split('\n')
        .flatMap((line) => (line.includes(pattern) ? [JSON.parse(line)] : [])),
    isReady: () => existsSync(file),
    /** Its address, once it is ready. */
    url,
    /** Once it is ready: a client with its admin key. */
    async client(patience?: Patience) {
      return createClient({
        url: await url(patience),
        key: (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim(),
      });
    },
  };
}

/** All that was read so far. */
function textOf(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (more) => {
    text += more;
  });
  return () => text;
}
