import { fullName } from '../../agents/schema.ts';
import { findAgent } from '../find-agent.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh agent remove` */
export async function removeAgent(io: Io, options: Options, name: string): Promise<void> {
  const client = await openClient(io, options);
  const agent = await client.getAgent(await findAgent(client, name));
  await client.removeAgent(agent.id);
  if (options.json) return printJson(io, agent);
  io.stdout.write(`${fullName(agent)} removed\n`);
}
