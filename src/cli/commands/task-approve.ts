import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh task approve` */
export async function approveTask(io: Io, options: Options, id: string): Promise<void> {
  const client = await openClient(io, options);
  const task = await client.approveTask(id);
  if (options.json) return printJson(io, task);
  io.stdout.write(`task ${id} is approved: ${task.state}\n`);
}
