import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh key revoke` */
export async function revokeKey(io: Io, options: Options, id: string): Promise<void> {
  const client = await openClient(io, options);
  await client.revokeKey(id);
  if (options.json) return printJson(io, { id, revoked: true });
  io.stdout.write(`key ${id} revoked\n`);
}
