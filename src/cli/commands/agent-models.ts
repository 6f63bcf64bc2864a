import { findAgent } from '../find-agent.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';
import { printModels } from '../show/model-table.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh agent models` */
export async function showModels(io: Io, options: Options, name: string): Promise<void> {
  const client = await openClient(io, options);
  const { inventory } = await client.getAgent(await findAgent(client, name));
  if (options.json) return printJson(io, { items: inventory });
  printModels(io, inventory);
}
