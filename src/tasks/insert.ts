import type { Db } from '../db/database.ts';
import { recordColumns } from '../db/record-columns.ts';
import type { SubmitTask } from './schema.ts';

/** A checked task on its way into the tables. `open_dependencies` edges are inserted by the caller in the same transaction. */
export type NewTask = Omit<SubmitTask, 'project' | 'depends_on' | 'allow_unsatisfiable'> & {
  parent_id: string | null;
  depth: number;
  id: string;
  project_id: string;
  class_id: number;
  max_attempts: number;
  backoff_base_ms: number;
  backoff_cap_ms: number;
  open_dependencies: number;
  has_dependants: boolean;
  idempotency_key: string | null;
  fingerprint: string;
  retried_from: string | null;
  submitted_by: string;
  traceparent: string | null;
};

/** What the statement is given of each task. */
const GIVEN = recordColumns<NewTask>({
  id: 'uuid',
  project_id: 'uuid',
  class_id: 'bigint',
  title: 'text',
  prompt: 'text',
  call: 'json',
  input: 'json',
  needs: 'jsonb',
  labels: 'jsonb',
  priority: 'smallint',
  workspace: 'jsonb',
  result_schema: 'json',
  max_attempts: 'smallint',
  backoff_base_ms: 'int',
  backoff_cap_ms: 'int',
  attempt_timeout_ms: 'int',
  available_at: 'timestamptz',
  queue_deadline_at: 'timestamptz',
  deadline_at: 'timestamptz',
  open_dependencies: 'smallint',
  has_dependants: 'boolean',
  idempotency_key: 'text',
  fingerprint: 'text',
  retried_from: 'uuid',
  requires_approval: 'boolean',
  parent_id: 'uuid',
  depth: 'smallint',
  continues: 'uuid',
  submitted_by: 'text',
  traceparent: 'text',
});

/**
 * Task, its place in the queue and its first event in one statement. A row whose (project, idempotency_key) exists is
 * left out, which is what makes a repeated submit harmless on any number of replicas. Takes no lock but those of the
 * new rows, in the order of their keys: replicas that were sent the same keys in different orders waited for each other.
 */
const INSERT_SQL = `
  with given as materialized (
    select * from ${GIVEN.from}
  ), inserted as (
    insert into tasks (id, project_id, class_id, title, prompt, call, input, needs, labels, priority, workspace,
      result_schema, max_attempts, backoff_base_ms, backoff_cap_ms, attempt_timeout_ms, available_at,
      queue_deadline_at, deadline_at, idempotency_key, fingerprint, retried_from, requires_approval,
      parent_id, depth, continues, submitted_by, traceparent)
    select id, project_id, class_id, title, prompt, call, input, needs, labels, priority, workspace,
      result_schema, max_attempts, backoff_base_ms, backoff_cap_ms, attempt_timeout_ms, available_at,
      queue_deadline_at, deadline_at, idempotency_key, decode(fingerprint, 'hex'), retried_from,
      requires_approval, parent_id, depth, continues, submitted_by, traceparent
    from given order by project_id, idempotency_key
    on conflict (project_id, idempotency_key) where idempotency_key is not null do nothing
    returning id
  ), placed as (
    insert into live_tasks (id, project_id, class_id, state, ready, priority, slots, available_at, open_dependencies,
      needs_approval, has_dependants, has_result_schema, max_attempts, backoff_base_ms, backoff_cap_ms,
      attempt_timeout_ms, queue_deadline_at, deadline_at)
    select id, project_id, class_id, case when ready then 'queued' else 'waiting' end, ready, priority,
      (needs ->> 'slots')::smallint, coalesce(available_at, now()), open_dependencies + requires_approval::int,
      requires_approval, has_dependants,
      result_schema is not null, max_attempts, backoff_base_ms, backoff_cap_ms, attempt_timeout_ms, queue_deadline_at,
      deadline_at
    from given join inserted using (id),
      lateral (select open_dependencies = 0 and not requires_approval and coalesce(available_at, now()) <= now() as ready) r
    returning id, project_id, state
  ), told as (
    insert into events (project_id, task_id, type, actor, data)
    select p.project_id, p.id, 'task.submitted', g.submitted_by, json_build_object('state', p.state, 'title', g.title)
    from placed p join given g using (id)
  )
  select id from inserted`;

/** Inserts tasks and answers the ids that are new; the others existed under the same idempotency key. */
export async function insertTasks(db: Db, tasks: NewTask[]): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(INSERT_SQL, GIVEN.values(tasks), { name: 'tasks-insert' });
  return new Set(rows.map((row) => row.id));
}
