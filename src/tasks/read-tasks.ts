import type { Db } from '../db/database.ts';
import type { TaskView } from './schema.ts';
import { SUMMARY_COLUMNS, SUMMARY_JOINS } from './summary-sql.ts';

/** Each by its key: "limit 1" keeps PostgreSQL from joining whole tables, which it would while they are small. */
const TASKS_SQL = `
  select task.* from unnest($1::text::uuid[]) with ordinality as g(id, position) cross join lateral (
    select ${SUMMARY_COLUMNS}, t.prompt, t.call, t.input, t.needs, t.workspace, t.result_schema, t.backoff_base_ms,
      t.backoff_cap_ms, t.attempt_timeout_ms, coalesce(l.available_at, t.available_at) as available_at,
      t.queue_deadline_at, t.deadline_at, l.cancel_requested_at, coalesce(l.open_dependencies, 0) as open_dependencies,
      d.depends_on, t.retried_from,
      t.requires_approval, t.parent_id, t.depth, t.continues, t.submitted_by, t.traceparent, p.progress, o.result, o.error
    from ${SUMMARY_JOINS}
    cross join lateral (
      select coalesce(json_agg(json_build_object('task', depends_on, 'policy', policy, 'name', name) order by name), '[]') as depends_on
      from task_dependencies where task_id = t.id
    ) d
    left join lateral (
      select json_build_object('percent', progress_percent, 'text', progress_text) as progress
      from attempts where task_id = t.id and epoch = coalesce(l.epoch, o.epoch) and (progress_percent is not null or progress_text is not null)
    ) p on true
    where t.id = g.id
    limit 1
  ) task
  order by position`;

/** Tasks with everything about them, in the order of their ids; of an id that no task has there is nothing. */
export const readTasks = (db: Db, ids: string[]): Promise<TaskView[]> =>
  db.query<TaskView>(TASKS_SQL, [`{${ids.join()}}`], { name: 'tasks-read' });
