import { fullName } from '../../agents/schema.ts';
import { findAgent } from '../find-agent.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';
import { showState } from '../show/state.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh agent unpark` */
export async function unparkAgent(io: Io, options: Options, name: string): Promise<void> {
  const client = await openClient(io, options);
  const agent = await client.unparkAgent(await findAgent(client, name));
  if (options.json) return printJson(io, agent);
  io.stdout.write(`${fullName(agent)} ${showState(io, agent.status)}\n`);
}
