import { findAgent } from '../find-agent.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printFields } from '../show/fields.ts';
import { printJson } from '../show/json.ts';
import { oneLine } from '../show/one-line.ts';
import { showState } from '../show/state.ts';
import { whyNot } from '../show/why-not.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh agent show` */
export async function showAgent(io: Io, options: Options, name: string): Promise<void> {
  const client = await openClient(io, options);
  const agent = await client.getAgent(await findAgent(client, name));
  if (options.json) return printJson(io, agent);
  const labels = Object.entries(agent.labels).map(([key, value]) => `${key}=${oneLine(value)}`);
  const prices = Object.entries(agent.prices).map(
    ([model, price]) => `${oneLine(model)} ${price.input_per_million}/${price.output_per_million} USD`,
  );
  const why = whyNot(agent);
  printFields(io, {
    id: agent.id,
    name: agent.name,
    kind: agent.kind,
    runner: agent.runner && `${agent.runner} (${agent.runner_id})`,
    url: agent.url,
    version: agent.version && oneLine(agent.version),
    key: agent.has_key ? 'given' : null,
    project: agent.project_id ?? 'every project',
    status: showState(io, agent.status),
    reason: why && oneLine(why),
    account: agent.account,
    slots: `${agent.used} of ${agent.max_concurrent} in use`,
    capabilities: agent.capabilities.join(', '),
    models: oneLine(agent.models.join(', ')),
    prices: prices.join(', '),
    labels: labels.join(', '),
    'last seen': agent.last_seen_at,
    created: agent.created_at,
  });
}
