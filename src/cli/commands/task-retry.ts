import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';

type Options = ServerOptions & { json?: true; idempotencyKey?: string };

/** `whoosh task retry`: prints the new task's id. */
export async function retryTask(io: Io, options: Options, id: string): Promise<void> {
  const client = await openClient(io, options);
  const task = await client.retryTask(id, { idempotencyKey: options.idempotencyKey });
  if (options.json) return printJson(io, task);
  io.stdout.write(`${task.id}\n`);
}
