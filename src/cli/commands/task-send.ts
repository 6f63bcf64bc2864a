import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { readText } from '../read-text.ts';
import { printJson } from '../show/json.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh task send` */
export async function sendMessage(io: Io, options: Options, id: string, text: string): Promise<void> {
  const said = await readText(io, 'the message', text);
  const client = await openClient(io, options);
  const message = await client.sendMessage(id, said);
  if (options.json) return printJson(io, message);
  io.stdout.write(`message ${message.seq} sent; \`whoosh task show ${id}\` says when an attempt has taken it\n`);
}
