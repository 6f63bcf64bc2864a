import type { Client } from '../../client/client.ts';
import type { Agent } from '../../client/fleet-calls.ts';
import { WhooshError } from '../../client/whoosh-error.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { readKeyFile } from '../read-key-file.ts';
import { printOffer } from '../show/agent-offer.ts';
import { printJson } from '../show/json.ts';
import { type EndpointOptions, toChange } from './endpoint-options.ts';

type Options = ServerOptions &
  EndpointOptions & { json?: true; url: string; name: string; project?: string; keyFile?: string; approve: boolean };

/** `whoosh agent add`: also approves it, when the key may. */
export async function addAgent(io: Io, options: Options, kind: string): Promise<void> {
  const { json, name, url, project, keyFile, approve } = options;
  const key = keyFile === undefined ? undefined : await readKeyFile(io, keyFile);
  const client = await openClient(io, options);
  const added = await client.addAgent({
    ...toChange(options),
    kind: kind as Agent['kind'] & ('ollama' | 'openai'),
    name,
    url,
    ...(project !== undefined && { project }),
    ...(key !== undefined && { key }),
  });
  const agent = approve && added.status === 'pending' ? await approveIfAllowed(client, added) : added;
  if (json) return printJson(io, agent);
  printOffer(io, agent);
}

async function approveIfAllowed(client: Client, added: Agent): Promise<Agent> {
  try {
    return await client.approveAgent(added.id, added.url === null ? {} : { url: added.url });
  } catch (error) {
    // It is added all the same, and waits for somebody who may.
    if (error instanceof WhooshError && error.code === 'forbidden') return added;
    throw error;
  }
}
