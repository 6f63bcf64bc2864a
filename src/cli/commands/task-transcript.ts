import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { logPrinter } from '../show/log-printer.ts';

type Options = ServerOptions & { json?: true; follow?: true; attempt?: number };

/** `whoosh task transcript`: with --json one event a line, as it was recorded. */
export async function printTranscript(io: Io, options: Options, id: string): Promise<void> {
  const client = await openClient(io, options);
  await client.getTask(id);
  const print = logPrinter(io);
  const entries = options.follow ? client.followLog(id) : client.readLog(id);
  for await (const entry of entries) {
    if (entry.stream !== 'transcript') continue;
    if (options.attempt !== undefined && entry.epoch !== options.attempt) continue;
    if (options.json) io.stdout.write(`${entry.text}\n`);
    else print(entry);
  }
}
