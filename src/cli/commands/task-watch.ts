import type { Exit } from '../exit-codes.ts';
import type { ServerOptions } from '../find-server.ts';
import { followEventsToEnd } from '../follow-to-end.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { reportEnd } from '../report-end.ts';
import { waitLimit } from '../wait-limit.ts';

type Options = ServerOptions & { json?: true; waitTimeout?: number };

/** `whoosh task watch` */
export async function watchTask(io: Io, options: Options, id: string): Promise<Exit> {
  const client = await openClient(io, options);
  // Without it a wrong id or a server that is away would be waited for.
  await client.getTask(id);
  const task = await waitLimit(followEventsToEnd(io, client, id, { timeoutMs: options.waitTimeout }));
  return reportEnd(io, task, options);
}
