import { fullName } from '../../agents/schema.ts';
import type { Agent } from '../../client/fleet-calls.ts';
import type { Io } from '../io.ts';
import { printModels } from './model-table.ts';
import { oneLine } from './one-line.ts';
import { showState } from './state.ts';

/** Prints how a model server is and the models it has; what to do next goes to standard error. */
export function printOffer(io: Io, agent: Agent): void {
  const name = fullName(agent);
  const version = agent.version ? ` ${oneLine(agent.version)}` : '';
  const slots = agent.max_concurrent === 1 ? 'one call at a time' : `${agent.max_concurrent} calls at once`;
  io.stdout.write(`${name} ${showState(io, agent.status)}: ${agent.kind}${version} at ${agent.url}, ${slots}\n`);
  if (agent.inventory.length) printModels(io, agent.inventory);
  io.stderr.write(`${nextStep(agent, name)}\n`);
}

function nextStep(agent: Agent, name: string): string {
  if (agent.status === 'pending')
    return `Nothing is contacted before an admin approves it: whoosh agent approve ${name}`;
  if (agent.problem !== null)
    return `${oneLine(agent.problem)}\nIt is asked again within 30 seconds; at once: whoosh agent probe ${name}`;
  if (agent.status === 'offline') return `It has not answered yet. Look again: whoosh agent models ${name}`;
  if (!agent.inventory.length) return 'It has no model: give it one, and it is found within 30 seconds.';
  const word = agent.inventory.some(({ capabilities }) => capabilities.includes('chat')) ? 'chat' : 'embedding';
  return word === 'chat' ? 'Next: whoosh task submit "Say hello." --needs chat --wait' : `It does ${word} only.`;
}
