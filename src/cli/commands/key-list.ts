import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { showAge } from '../show/age.ts';
import { printJson } from '../show/json.ts';
import { oneLine } from '../show/one-line.ts';
import { printTable } from '../show/table.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh key list` */
export async function listKeys(io: Io, options: Options): Promise<void> {
  const client = await openClient(io, options);
  const items = await client.listKeys();
  if (options.json) return printJson(io, { items });
  const rows = items.map((key) => [
    key.id,
    key.role,
    key.project_id ?? 'all',
    showAge(key.created_at),
    key.revoked_at ? 'revoked' : (key.expires_at ?? 'never'),
    oneLine(key.name),
  ]);
  printTable(io, ['ID', 'ROLE', 'PROJECT', 'CREATED', 'EXPIRES', 'NAME'], rows);
}
