import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { TaskView } from './schema.ts';
import { SUMMARY_COLUMNS, SUMMARY_JOINS } from './summary-sql.ts';

const TASK_SQL = `
  select ${SUMMARY_COLUMNS}, t.prompt, t.call, t.input, t.needs, t.workspace, t.result_schema, t.backoff_base_ms,
    t.backoff_cap_ms, t.attempt_timeout_ms, coalesce(l.available_at, t.available_at) as available_at,
    t.queue_deadline_at, t.deadline_at, l.cancel_requested_at, coalesce(l.open_dependencies, 0) as open_dependencies,
    d.depends_on, t.retried_from,
    t.requires_approval, t.parent_id, t.depth, t.continues, t.submitted_by, p.progress, o.result, o.error
  from ${SUMMARY_JOINS}
  cross join lateral (
    select coalesce(json_agg(json_build_object('task', depends_on, 'policy', policy, 'name', name) order by name), '[]') as depends_on
    from task_dependencies where task_id = t.id
  ) d
  left join lateral (
    select json_build_object('percent', progress_percent, 'text', progress_text) as progress
    from attempts where task_id = t.id and epoch = coalesce(l.epoch, o.epoch) and (progress_percent is not null or progress_text is not null)
  ) p on true
  where t.id = $1 and ($2::uuid is null or t.project_id = $2)`;

/** One task with everything about it. Refuses: not_found, also when it belongs to another project than `projectId`. */
export async function readTask(db: Db, id: string, projectId: string | null = null): Promise<TaskView> {
  const [task] = await db.query<TaskView>(TASK_SQL, [id, projectId], { name: 'tasks-read' });
  if (!task) throw new AppError('not_found', `There is no task ${id}.`);
  return task;
}
