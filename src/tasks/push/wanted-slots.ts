import type { AgentView } from '../../agents/schema.ts';

/** What is known of the slots: those that this replica and others have in use by agent, and agents that are left alone. */
type Slots = {
  own: ReadonlyMap<string, number>;
  others: ReadonlyMap<string, number>;
  isResting(agentId: string): boolean;
};

/** The free slots of every model server that may be given work now. */
export function wantedSlots(agents: AgentView[], { own, others, isResting }: Slots) {
  return agents
    .filter((agent) => mayWork(agent) && !isResting(agent.id))
    .map(({ id, max_concurrent }) => {
      return { agent_id: id, slots: max_concurrent - (own.get(id) ?? 0) - (others.get(id) ?? 0) };
    })
    .filter(({ slots }) => slots > 0);
}

const mayWork = ({ runner_id, status, breaker_open }: AgentView): boolean =>
  runner_id === null && (status === 'online' || status === 'degraded') && !breaker_open;
