import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { showBytes } from '../show/bytes.ts';
import { printJson } from '../show/json.ts';
import { oneLine } from '../show/one-line.ts';
import { printTable } from '../show/table.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh task artifacts` */
export async function listArtifacts(io: Io, options: Options, id: string): Promise<void> {
  const client = await openClient(io, options);
  const items = await client.listArtifacts(id);
  if (options.json) return printJson(io, { items });
  const rows = items.map((artifact) => [
    artifact.id,
    String(artifact.epoch),
    showBytes(artifact.size_bytes),
    oneLine(artifact.content_type),
    oneLine(artifact.name),
  ]);
  printTable(io, ['ID', 'ATTEMPT', 'SIZE', 'TYPE', 'NAME'], rows);
}
