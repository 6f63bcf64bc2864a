import type { Key } from '../../client/access-calls.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';

type Options = ServerOptions & { json?: true; role: Key['role']; project?: string; ttl?: number };

/** `whoosh key create`: the secret alone goes to standard output. */
export async function createKey(io: Io, { role, project, ttl, ...options }: Options, name: string): Promise<void> {
  const client = await openClient(io, options);
  const key = await client.createKey({ name, role, ...(project && { project }), ...(ttl && { ttl_ms: ttl }) });
  if (options.json) return printJson(io, key);
  io.stdout.write(`${key.secret}\n`);
  const until = key.expires_at ? `, valid until ${key.expires_at}` : '';
  io.stderr.write(`Key ${key.id} with the role ${key.role}${until}. Its secret is shown this once.\n`);
}
