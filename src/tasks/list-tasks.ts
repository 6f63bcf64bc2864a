import type { z } from 'zod';
import type { Db } from '../db/database.ts';
import { LIVE_STATES, type TaskState, type taskSummary } from './schema.ts';
import { SUMMARY_COLUMNS, SUMMARY_JOINS } from './summary-sql.ts';

export type TaskSummary = z.infer<typeof taskSummary>;
export type TaskFilter = {
  project_id: string | null;
  state?: TaskState | undefined;
  /** Only sub-tasks of this task. */
  parent?: string | undefined;
  label?: string | undefined;
  before_id?: string | undefined;
  limit: number;
};

/** Ids of a page, read from where few rows have to be passed over: ten million finished tasks hide no running one. */
const IDS = {
  any: 'select t.id from tasks t where $2::text is null',
  live: 'select t.id from live_tasks s join tasks t on t.id = s.id where s.state = $2',
  ended: 'select t.id from outcomes s join tasks t on t.id = s.task_id where s.state = $2',
};

const listSql = (ids: string): string => `
  with page as (
    ${ids}
      and ($1::uuid is null or t.project_id = $1)
      and ($3::text is null or t.labels ->> split_part($3, '=', 1) = substr($3, strpos($3, '=') + 1))
      and ($4::uuid is null or t.id < $4)
      and ($6::uuid is null or t.parent_id = $6)
    order by t.id desc
    limit $5
  )
  select ${SUMMARY_COLUMNS}
  from ${SUMMARY_JOINS}
  where t.id in (select id from page)
  order by t.id desc`;

function sourceOf(state: TaskState | undefined): string {
  if (state === undefined) return IDS.any;
  return (LIVE_STATES as readonly TaskState[]).includes(state) ? IDS.live : IDS.ended;
}

/** Tasks, newest first, that come before `before_id`; `label` is `key=value`. Ids grow with time, so they are the cursor. */
export const listTasks = (
  db: Db,
  { project_id, state, parent, label, before_id, limit }: TaskFilter,
): Promise<TaskSummary[]> =>
  db.query<TaskSummary>(listSql(sourceOf(state)), [
    project_id,
    state ?? null,
    label ?? null,
    before_id ?? null,
    limit,
    parent ?? null,
  ]);
