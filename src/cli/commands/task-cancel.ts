import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh task cancel` */
export async function cancelTask(io: Io, options: Options, id: string): Promise<void> {
  const client = await openClient(io, options);
  const task = await client.cancelTask(id);
  if (options.json) return printJson(io, task);
  const asked = 'its agent is told to stop; `whoosh task watch` shows when it has';
  io.stdout.write(`task ${id} ${task.state}${task.state === 'cancelled' ? '' : `: ${asked}`}\n`);
}
