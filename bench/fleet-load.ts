import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Member } from './enrol-fleet.ts';

/** What the process of the load is asked for; each has one answer. */
export type LoadRequest =
  | { ask: 'poll'; url: string; key: string; members: Member[] }
  | { ask: 'hold' }
  | { ask: 'work'; tasks: number; everyMs: number }
  | { ask: 'follow'; keys: string[]; streams: number }
  | { ask: 'tell' };
export type LoadAnswer = {
  /** Milliseconds from the submit of each task to its grant at a runner. */
  late: number[];
  /** Bytes that all event streams have got so far. */
  streamed: number;
  /** Requests that were repeated so far, since they were answered by 503 or their connection broke. */
  repeated: number;
};

/** The runners of a fleet and whoever gives them work, in a process of their own: their processor time is not the server's. */
export type FleetLoad = { ask(request: LoadRequest): Promise<LoadAnswer>; stop(): Promise<void> };

/** Starts the process; whoever started it stops it. */
export function startFleetLoad(): FleetLoad {
  const child = fork(new URL('./fleet-load-process.ts', import.meta.url));
  return {
    async ask(request) {
      child.send(request);
      const [answer] = await Promise.race([once(child, 'message'), ended(child)]);
      return answer as LoadAnswer;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function ended(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`The process of the load ended (${code}).`);
}
