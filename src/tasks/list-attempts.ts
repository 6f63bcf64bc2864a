import type { z } from 'zod';
import type { Db } from '../db/database.ts';
import type { attemptView, dependencyResult } from './attempt-schema.ts';

const ATTEMPTS_SQL = `
  select a.task_id, a.epoch, a.agent_id, g.name as agent, r.name as runner, a.holder_id, a.claimed_at,
    coalesce(a.started_at, l.started_at) as started_at, a.ended_at, a.outcome, a.error, a.usage
  from attempts a
  join agents g on g.id = a.agent_id left join runners r on r.id = g.runner_id
  left join live_tasks l on l.id = a.task_id and l.epoch = a.epoch
  where a.task_id = $1 order by a.epoch`;

/** Every attempt of a task, first to last. */
export const listAttempts = (db: Db, taskId: string): Promise<z.infer<typeof attemptView>[]> =>
  db.query(ATTEMPTS_SQL, [taskId]);

const DEPENDENCIES_SQL = `
  select d.depends_on as task_id, d.name, coalesce(o.state, l.state) as state, o.result
  from task_dependencies d
  left join outcomes o on o.task_id = d.depends_on left join live_tasks l on l.id = d.depends_on
  where d.task_id = $1 and coalesce(o.state, l.state) is not null order by d.name`;

/** What the tasks that this one depends on came to, under the names it knows them by; those dropped for their age are left out. */
export const listDependencyResults = (db: Db, taskId: string): Promise<z.infer<typeof dependencyResult>[]> =>
  db.query(DEPENDENCIES_SQL, [taskId]);
