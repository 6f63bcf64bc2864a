import type { Client } from '../../client/client.ts';
import type { Agent } from '../../client/fleet-calls.ts';
import { WhooshError } from '../../client/whoosh-error.ts';
import { oneLine } from '../show/one-line.ts';
import { bad, type Finding, note, ok } from './finding.ts';

/** What the key may see: runners, agents, and those that cannot work. */
export async function checkFleet(client: Client): Promise<Finding[]> {
  try {
    const [runners, agents] = [await client.listRunners(), await client.listAgents()];
    const online = runners.filter((runner) => runner.online).map(({ name }) => oneLine(name));
    return [
      ok('key', 'accepted'),
      online.length
        ? ok('runners', `${online.length} of ${runners.length} online: ${online.join(', ')}`)
        : bad('runners', `none of ${runners.length} is online`, 'Start one: `whoosh runner enrol` says how.'),
      checkAgents(agents),
      ...agents.filter(({ status }) => status === 'not_ready').map(notReady),
    ];
  } catch (error) {
    if (!(error instanceof WhooshError)) throw error;
    return [bad('key', error.message, 'Give a valid key with --key or WHOOSH_API_KEY, at least of a viewer.')];
  }
}

function checkAgents(agents: Agent[]): Finding {
  const online = agents.filter(({ status }) => status === 'online').map(({ runner, name }) => `${runner}/${name}`);
  if (online.length) return ok('agents', `${online.length} of ${agents.length} online: ${online.join(', ')}`);
  return bad('agents', `none of ${agents.length} is online`, 'Switch one on in the agents.yaml of a runner.');
}

const notReady = ({ runner, name, not_ready_reason }: Agent): Finding =>
  note('agent', `${runner}/${name} is not ready: ${oneLine(not_ready_reason ?? '')}`, `Mend it on ${runner}.`);
