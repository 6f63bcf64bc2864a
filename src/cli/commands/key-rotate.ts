import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh key rotate`: the new secret alone goes to standard output. */
export async function rotateKey(io: Io, options: Options, id: string): Promise<void> {
  const client = await openClient(io, options);
  const key = await client.rotateKey(id);
  if (options.json) return printJson(io, key);
  io.stdout.write(`${key.secret}\n`);
  io.stderr.write(
    `The secret before stays valid until ${key.previous_secret_until}. The new one is shown this once.\n`,
  );
}
