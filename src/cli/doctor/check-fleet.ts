import { fullName } from '../../agents/schema.ts';
import type { Client } from '../../client/client.ts';
import type { Agent, Runner } from '../../client/fleet-calls.ts';
import { WhooshError } from '../../client/whoosh-error.ts';
import { oneLine } from '../show/one-line.ts';
import { bad, type Finding, note, ok } from './finding.ts';

/** A server that cannot answer says nothing of the key. */
const KEY_REFUSED = ['unauthenticated', 'forbidden'];

/** What the key may see: runners, agents, and those that cannot work. */
export async function checkFleet(client: Client): Promise<Finding[]> {
  try {
    const [runners, agents] = [await client.listRunners(), await client.listAgents()];
    return [
      ok('key', 'accepted'),
      checkRunners(runners, agents),
      checkAgents(agents),
      ...agents.flatMap((agent) => checkAgent(agent) ?? []),
    ];
  } catch (error) {
    if (!(error instanceof WhooshError)) throw error;
    if (!KEY_REFUSED.includes(error.code))
      return [bad('fleet', error.message, 'Mend what is named above, and ask again.')];
    return [bad('key', error.message, 'Give a valid key with --key or WHOOSH_API_KEY, at least of a viewer.')];
  }
}

/** A fleet of model servers alone needs no runner. */
function checkRunners(runners: Runner[], agents: Agent[]): Finding {
  const online = runners.filter((runner) => runner.online).map(({ name }) => oneLine(name));
  if (online.length) return ok('runners', `${online.length} of ${runners.length} online: ${online.join(', ')}`);
  if (!runners.length && agents.length) return ok('runners', 'there is none: model servers do without');
  return bad('runners', `none of ${runners.length} is online`, 'Start one: `whoosh runner enrol` says how.');
}

const WORKING: Agent['status'][] = ['online', 'degraded'];

function checkAgents(agents: Agent[]): Finding {
  const online = agents.filter(({ status }) => WORKING.includes(status)).map(fullName);
  if (online.length) return ok('agents', `${online.length} of ${agents.length} online: ${online.join(', ')}`);
  const remedy = 'Switch one on in the agents.yaml of a runner, or add a model server: `whoosh agent add --help`.';
  return bad('agents', `none of ${agents.length} is online`, remedy);
}

/** What is to be said of one that could do more than it does; null for one that is well, or whose runner is away. */
function checkAgent(agent: Agent): Finding | null {
  const name = fullName(agent);
  const problem = oneLine(agent.problem ?? '');
  if (agent.status === 'pending') return note('agent', `${name} waits for approval`, `whoosh agent approve ${name}`);
  if (agent.status === 'not_ready')
    return note(
      'agent',
      `${name} is not ready: ${oneLine(agent.not_ready_reason ?? '')}`,
      `Mend it on ${agent.runner}.`,
    );
  if (agent.status === 'parked')
    return note(
      'agent',
      `${name} is parked until ${agent.parked_until}`,
      `When the limit is lifted: whoosh agent unpark ${name}`,
    );
  if (agent.breaker_open)
    return note('agent', `${name} gets no work: ${problem}`, `Mend ${agent.url}; it is asked every 15 s.`);
  if (agent.status === 'offline' && agent.runner === null)
    return note(
      'agent',
      `${name} is offline: ${problem || 'it has not answered yet'}`,
      `Start or mend the server at ${agent.url}, or correct what is known of it: whoosh agent update ${name} --help`,
    );
  return null;
}
