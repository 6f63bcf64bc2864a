import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { end } from '../../examples/process.ts';
import { createClient } from '../../src/client/client.ts';
import { testFolder } from './test-folder.ts';
import { until } from './until.ts';

const WHOOSH = fileURLToPath(new URL('../../bin/whoosh.js', import.meta.url));

/** Starts `whoosh serve` in a process of its own, without a runner; it ends with the test. */
export async function serveProcess(env: NodeJS.ProcessEnv) {
  const dataDir = await testFolder();
  const own = { WHOOSH_PORT: '0', WHOOSH_DATA_DIR: dataDir, WHOOSH_LOCAL_RUNNER: 'off' };
  const child = spawn(process.execPath, [WHOOSH, 'serve'], {
    env: { ...process.env, ...own, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => end(child, 'SIGKILL'));
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const url = async (): Promise<string> => {
    const { url } = await until(() => readFile(join(dataDir, 'server.json'), 'utf8').then(JSON.parse));
    return url;
  };
  return {
    child,
    exited,
    /** All that it wrote so far. */
    output: () => out,
    /** The log lines that `grep` would find. */
    grep: (pattern: string) => out.split('\n').flatMap((line) => (line.includes(pattern) ? [JSON.parse(line)] : [])),
    /** Its address, once it is ready. */
    url,
    /** Once it is ready: a client with its admin key. */
    async client() {
      return createClient({ url: await url(), key: (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim() });
    },
  };
}
