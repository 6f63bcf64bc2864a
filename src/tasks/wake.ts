import type { Db } from '../db/database.ts';

/** Tasks woken by one statement. */
const BATCH = 500;

const WAKE_SQL = `
  with due as (
    select id, state from live_tasks
    where not ready and holder_id is null and open_dependencies = 0 and available_at <= now()
    order by available_at limit $1
    for update skip locked
  ), woken as (
    update live_tasks t set ready = true, state = 'queued'
    from due d where t.id = d.id
    returning t.id, t.project_id, d.state as state_before
  ), told as (
    insert into events (project_id, task_id, type, actor)
    select project_id, id, 'task.queued', 'coordinator' from woken where state_before = 'waiting'
  )
  select (select count(*)::int from woken) as woken,
    (select extract(epoch from min(available_at) - now()) * 1000 from live_tasks
     where not ready and holder_id is null and open_dependencies = 0 and available_at > now())::float8 as next_in_ms`;

/**
 * Makes tasks claimable whose `available_at` or back-off has passed. Answers how many, and in how many milliseconds
 * the next is due (null: none waits for a time).
 */
export async function wakeTasks(db: Db): Promise<{ woken: number; next_in_ms: number | null }> {
  const [row] = await db.query<{ woken: number; next_in_ms: number | null }>(WAKE_SQL, [BATCH], { name: 'tasks-wake' });
  return row!;
}
