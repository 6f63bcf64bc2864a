import type { Agent } from '../../client/fleet-calls.ts';

/** Why an agent gets no work, or is not well; null when there is nothing to say. */
export function whyNot(agent: Agent): string | null {
  if (agent.status === 'pending') return `waits for approval: whoosh agent approve ${agent.name}`;
  if (agent.breaker_open) return `gets no work until it answers: ${agent.problem ?? 'its calls failed'}`;
  if (agent.not_ready_reason !== null) return agent.not_ready_reason;
  if (agent.parked_until !== null) return `parked until ${agent.parked_until}: ${agent.parked_reason}`;
  return agent.problem;
}
