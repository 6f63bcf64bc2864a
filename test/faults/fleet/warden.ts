import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./warden-process.ts', import.meta.url));

/** Sees to it that nothing is left behind, even after SIGKILL of this process. */
export type Warden = {
  /** Ends `child` when this process ends before it. */
  watch(child: ChildProcess): void;
  /** Removes `folder` when this process ends. */
  remove(folder: string): void;
  /** Ends and removes what is left, now. */
  close(): Promise<void>;
};

/** Starts the process that outlives this one by a second. It is in a session of its own, out of reach of Ctrl-C. */
export function openWarden(): Warden {
  const warden = spawn(process.execPath, [PROGRAM], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
  const tell = (line: object) => warden.stdin!.write(`${JSON.stringify(line)}\n`);
  return {
    watch(child) {
      if (child.pid === undefined) return;
      tell({ add: child.pid });
      child.once('exit', () => tell({ drop: child.pid }));
    },
    remove: (folder) => void tell({ folder }),
    async close() {
      const ended = once(warden, 'exit');
      warden.stdin!.end();
      await ended;
    },
  };
}
