import { findAgent } from '../find-agent.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { readKeyFile } from '../read-key-file.ts';
import { printOffer } from '../show/agent-offer.ts';
import { printJson } from '../show/json.ts';
import { type EndpointOptions, toChange } from './endpoint-options.ts';

type Options = ServerOptions &
  EndpointOptions & { json?: true; name?: string; url?: string; keyFile?: string; forgetKey?: true };

/** `whoosh agent update` */
export async function updateAgent(io: Io, options: Options, agent: string): Promise<void> {
  const { name, url, keyFile, forgetKey } = options;
  const key = keyFile === undefined ? undefined : await readKeyFile(io, keyFile);
  const client = await openClient(io, options);
  const changed = await client.changeAgent(await findAgent(client, agent), {
    ...toChange(options),
    ...(name !== undefined && { name }),
    ...(url !== undefined && { url }),
    ...(forgetKey && { key: null }),
    ...(key !== undefined && { key }),
  });
  if (options.json) return printJson(io, changed);
  printOffer(io, changed);
}
