import { COUNTS } from './counts.ts';

/** What a list shows of a task; for a select from `SUMMARY_JOINS`. */
export const SUMMARY_COLUMNS = `
  t.id, t.project_id, t.title, coalesce(l.state, o.state) as state, o.reason, t.priority, t.labels,
  coalesce(l.attempts, a.attempts) as attempts, t.max_attempts, coalesce(l.epoch, o.epoch) as epoch,
  coalesce(l.agent_id, o.agent_id) as agent_id, l.awaiting_since is not null as awaiting_input,
  coalesce(l.needs_approval, false) as awaiting_approval, t.created_at, coalesce(l.started_at, a.started_at) as started_at,
  o.finished_at`;

/** A task with its place on the hot path (l), its outcome (o) and its attempts (a), as far as it has them. */
export const SUMMARY_JOINS = `
  tasks t
  left join live_tasks l on l.id = t.id
  left join outcomes o on o.task_id = t.id
  cross join lateral (
    select count(*) filter (where ${COUNTS})::int as attempts, max(started_at) as started_at
    from attempts where task_id = t.id
  ) a`;
