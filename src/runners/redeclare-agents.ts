import { declareAgents } from '../agents/declare.ts';
import type { AgentDeclaration } from '../agents/schema.ts';
import type { Db } from '../db/database.ts';
import { recordEvent } from '../events/record.ts';
import { actorName, type RunnerActor } from '../members/actor.ts';
import { lockRunner } from './lock-runner.ts';
import { sessionOver } from './session-over.ts';

type Input = { holder_id: string; agents: AgentDeclaration[] };

/**
 * Takes a running session's new word about its agents. `session_superseded` when the holder is not the runner's newest
 * process, `not_found` when it has ended.
 */
export function redeclareAgents(
  db: Db,
  actor: RunnerActor,
  { holder_id, agents }: Input,
): Promise<{ id: string; name: string }[]> {
  const { runner_id } = actor;
  return db.transaction(async (trx) => {
    const { project_id, holder_id: current } = await lockRunner(trx, runner_id);
    if (current !== holder_id) throw sessionOver(current);
    const declared = await declareAgents(trx, { runner_id, project_id }, agents);
    const data = { runner_id, agents: agents.map(({ name, not_ready_reason }) => ({ name, not_ready_reason })) };
    await recordEvent(trx, {
      type: 'runner.agents_declared',
      project_id,
      task_id: null,
      actor: actorName(actor),
      data,
    });
    return declared;
  });
}
