import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export const WHOOSH = new URL('../bin/whoosh.js', import.meta.url).pathname;

export type Started = { url: string; child: ChildProcess };

/** Starts a program of Node and waits for the first address that it prints. */
export async function start(args: string[], env: NodeJS.ProcessEnv): Promise<Started> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout! })) {
    const [url] = /http:\/\/[^\s]+/.exec(line) ?? [];
    if (!url) continue;
    // Nothing more is read, but a full pipe would stop the program.
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
