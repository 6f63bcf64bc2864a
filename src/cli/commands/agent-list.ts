import { fullName } from '../../agents/schema.ts';
import type { Agent } from '../../client/fleet-calls.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { showAge } from '../show/age.ts';
import { printJson } from '../show/json.ts';
import { oneLine } from '../show/one-line.ts';
import { showState } from '../show/state.ts';
import { printTable } from '../show/table.ts';
import { whyNot } from '../show/why-not.ts';

type Options = ServerOptions & { json?: true; project?: string };

const MOST_MODELS = 4;

/** `whoosh agent list` */
export async function listAgents(io: Io, { project, ...options }: Options): Promise<void> {
  const client = await openClient(io, options);
  const items = await client.listAgents(project ? { project } : {});
  if (options.json) return printJson(io, { items });
  const rows = items.map((agent) => row(io, agent));
  printTable(io, ['AGENT', 'KIND', 'STATUS', 'SLOTS', 'SEEN', 'CAPABILITIES', 'REASON'], rows);
}

const row = (io: Io, agent: Agent): string[] => [
  fullName(agent),
  agent.kind,
  showState(io, agent.status),
  `${agent.used}/${agent.max_concurrent}`,
  showAge(agent.last_seen_at),
  oneLine([...agent.capabilities, ...few(agent.models)].join(',')),
  oneLine(whyNot(agent) ?? ''),
];

/** A model server may have hundreds; `whoosh agent models` lists them. */
const few = (models: string[]): string[] =>
  models.length > MOST_MODELS ? [...models.slice(0, MOST_MODELS - 1), `+${models.length - MOST_MODELS + 1}`] : models;
