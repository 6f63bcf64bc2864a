import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const WHOOSH = new URL('../../bin/whoosh.js', import.meta.url).pathname;
const MODEL_SERVER = new URL('./model-server.mjs', import.meta.url).pathname;

export type Started = { url: string; child: ChildProcess };

/** Starts `whoosh serve` with its own PostgreSQL and waits for its address. */
export function startServer(dataDir: string): Promise<Started> {
  const own = {
    WHOOSH_DATA_DIR: dataDir,
    WHOOSH_PORT: '0',
    WHOOSH_LOCAL_RUNNER: 'off',
    WHOOSH_LOG_LEVEL: 'silent',
  };
  return start([WHOOSH, 'serve'], own);
}

/** Starts a model server; `port` 0 takes any free one. */
export const startModels = (dialect: 'ollama' | 'openai', tokenMs: number, port = 0): Promise<Started> =>
  start([MODEL_SERVER, dialect, String(port), String(tokenMs)], {});

async function start(args: string[], env: NodeJS.ProcessEnv): Promise<Started> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout! })) {
    const [url] = /http:\/\/[^\s]+/.exec(line) ?? [];
    if (!url) continue;
    child.stdout!.resume();
    return { url, child };
  }
  throw new Error(`${args.join(' ')} ended before it was ready.`);
}

/** Ends a process and waits until it is gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}
