import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** A process that runs the embedded database, as a server does. */
type EmbeddedProcess = {
  pid: number;
  /** What it said: where its database is, or why it refused to start. */
  said: { url: string; pid: number; refused?: string };
  stop(): Promise<void>;
  /** SIGKILL: its PostgreSQL stays behind. */
  kill(): Promise<void>;
};

// It starts, says so in one line, and stops when its input ends.
const PROGRAM = `
  import { startEmbedded } from ${JSON.stringify(import.meta.resolve('../../src/db/embedded/start.ts'))};
  import { createLog } from ${JSON.stringify(import.meta.resolve('../../src/lib/log.ts'))};
  const say = (line) => console.log(JSON.stringify(line));
  const embedded = await startEmbedded({ dataDir: process.argv[1], log: createLog('silent', false) }).catch(
    ({ message }) => { say({ refused: message }); process.exit(1); });
  process.stdin.resume().once('end', () => embedded.stop());
  say({ url: embedded.url, pid: embedded.pid });`;

/** Starts the embedded database in a process of its own, as another account if one is given; it ends with the test. */
export async function embeddedProcess(dataDir: string, account: { uid?: number; gid?: number } = {}) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: '/',
    ...account,
  });
  const exited = once(child, 'exit').then(() => {});
  const [line] = await once(createInterface(child.stdout), 'line');
  const stop = () => {
    child.stdin.end();
    return exited;
  };
  const kill = () => {
    child.kill('SIGKILL');
    return exited;
  };
  onTestFinished(stop);
  return { pid: child.pid as number, said: JSON.parse(line), stop, kill } satisfies EmbeddedProcess;
}
