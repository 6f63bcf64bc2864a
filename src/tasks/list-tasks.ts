import type { z } from 'zod';
import type { Db } from '../db/database.ts';
import { COUNTS } from './counts.ts';
import type { TaskState, taskSummary } from './schema.ts';

export type TaskSummary = z.infer<typeof taskSummary>;
export type TaskFilter = {
  project_id: string | null;
  state?: TaskState | undefined;
  label?: string | undefined;
  before_id?: string | undefined;
  limit: number;
};

const LIST_SQL = `
  select t.id, t.project_id, t.title, coalesce(l.state, o.state) as state, o.reason, t.priority, t.labels,
    coalesce(l.attempts, a.attempts) as attempts, t.max_attempts, coalesce(l.epoch, o.epoch) as epoch,
    coalesce(l.agent_id, o.agent_id) as agent_id, t.created_at, coalesce(l.started_at, a.started_at) as started_at,
    o.finished_at
  from tasks t
  left join live_tasks l on l.id = t.id
  left join outcomes o on o.task_id = t.id
  cross join lateral (
    select count(*) filter (where ${COUNTS})::int as attempts, max(started_at) as started_at
    from attempts where task_id = t.id
  ) a
  where ($1::uuid is null or t.project_id = $1)
    and ($2::text is null or coalesce(l.state, o.state) = $2)
    and ($3::text is null or t.labels ->> split_part($3, '=', 1) = substr($3, strpos($3, '=') + 1))
    and ($4::uuid is null or t.id < $4)
  order by t.id desc
  limit $5`;

/** Tasks, newest first, that come before `before_id`; `label` is `key=value`. Ids grow with time, so they are the cursor. */
export const listTasks = (db: Db, { project_id, state, label, before_id, limit }: TaskFilter): Promise<TaskSummary[]> =>
  db.query<TaskSummary>(LIST_SQL, [project_id, state ?? null, label ?? null, before_id ?? null, limit]);
