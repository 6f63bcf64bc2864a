import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { showAge } from '../show/age.ts';
import { printJson } from '../show/json.ts';
import { oneLine } from '../show/one-line.ts';
import { printTable } from '../show/table.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh project list` */
export async function listProjects(io: Io, options: Options): Promise<void> {
  const client = await openClient(io, options);
  const items = await client.listProjects();
  if (options.json) return printJson(io, { items });
  const rows = items.map(({ slug, id, number, weight, created_at, name }) => [
    slug,
    id,
    String(number),
    String(weight),
    showAge(created_at),
    oneLine(name),
  ]);
  printTable(io, ['SLUG', 'ID', 'NUMBER', 'WEIGHT', 'CREATED', 'NAME'], rows);
}
