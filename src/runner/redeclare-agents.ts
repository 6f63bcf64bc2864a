import type { Log } from '../lib/log.ts';
import type { AgentRoster } from './agent-roster.ts';
import type { RunnerApi } from './api.ts';

/**
 * Looks which agents can be started and tells the server when that changed; true when it was told. A failure is logged:
 * the next look tells it again.
 */
export async function redeclareAgents(
  { api, roster, log }: { api: RunnerApi; roster: AgentRoster; log: Log },
  holder_id: string,
): Promise<boolean> {
  if (!(await roster.check())) return false;
  const agents = roster.declarations;
  try {
    const session = await api.declareAgents({ holder_id, agents }, {});
    roster.acknowledged(agents, session.agents);
    log.info({ not_ready: agents.filter((agent) => agent.not_ready_reason !== null) }, 'Readiness of agents changed');
    return true;
  } catch (error) {
    log.warn({ err: error }, 'The server could not be told which agents are ready');
    return false;
  }
}
