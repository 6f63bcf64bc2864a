import { v7 as uuid } from 'uuid';
import { declareAgents } from '../agents/declare.ts';
import type { Db } from '../db/database.ts';
import { recordEvent } from '../events/record.ts';
import { actorName, type RunnerActor } from '../members/actor.ts';
import { endHolders } from './end-holders.ts';
import { lockRunner } from './lock-runner.ts';
import type { OpenSession, SessionView } from './schema.ts';

type Session = Pick<SessionView, 'holder_id' | 'runner_id' | 'agents'>;

const OPEN_SQL = `
  update runners set holder_id = $2, version = $3, hostname = $4, os = $5, last_seen_at = now() where id = $1`;

/**
 * Begins a process start of a runner, which becomes the holder of what it will claim. The one before it is superseded
 * and its leases are given up. `not_found` when the runner was removed. Two that open at once are put in order by the
 * lock on the runner's row; the later one stays.
 */
export function openSession(db: Db, actor: RunnerActor, input: OpenSession): Promise<Session> {
  const { runner_id } = actor;
  const { version, hostname, os } = input;
  const holder_id = uuid();
  return db.transaction(async (trx) => {
    const { project_id } = await lockRunner(trx, runner_id);
    await trx.query('insert into holders (id, runner_id) values ($1, $2)', [holder_id, runner_id]);
    await trx.query(OPEN_SQL, [runner_id, holder_id, version, hostname, os]);
    await endHolders(trx, runner_id, holder_id);
    const agents = await declareAgents(trx, { runner_id, project_id }, input.agents);
    const data = { runner_id, holder_id, version, hostname, agents: agents.map(({ name }) => name) };
    await recordEvent(trx, { type: 'runner.session_opened', project_id, task_id: null, actor: actorName(actor), data });
    return { holder_id, runner_id, agents };
  });
}
