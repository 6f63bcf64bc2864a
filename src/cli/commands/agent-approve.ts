import { findAgent } from '../find-agent.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printOffer } from '../show/agent-offer.ts';
import { printJson } from '../show/json.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh agent approve` */
export async function approveAgent(io: Io, options: Options, name: string): Promise<void> {
  const client = await openClient(io, options);
  const agent = await client.approveAgent(await findAgent(client, name));
  if (options.json) return printJson(io, agent);
  printOffer(io, agent);
}
