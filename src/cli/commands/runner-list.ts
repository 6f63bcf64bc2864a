import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { showAge } from '../show/age.ts';
import { printJson } from '../show/json.ts';
import { oneLine } from '../show/one-line.ts';
import { showState } from '../show/state.ts';
import { printTable } from '../show/table.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh runner list` */
export async function listRunners(io: Io, options: Options): Promise<void> {
  const client = await openClient(io, options);
  const items = await client.listRunners();
  if (options.json) return printJson(io, { items });
  const rows = items.map((runner) => [
    runner.id,
    oneLine(runner.name),
    showState(io, runner.online ? 'online' : 'offline'),
    String(runner.agents),
    showAge(runner.last_seen_at),
    oneLine(runner.version ?? '-'),
    oneLine(runner.hostname ?? '-'),
    oneLine(runner.os ?? '-'),
  ]);
  printTable(io, ['ID', 'NAME', 'STATUS', 'AGENTS', 'SEEN', 'VERSION', 'HOST', 'OS'], rows);
}
