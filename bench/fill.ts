import type { Db } from '../src/db/database.ts';
import type { Member } from './enrol-fleet.ts';

type Fill = { db: Db; project_id: string; count: number };

// Ids as ours are, in the order of time: the first 48 bits are milliseconds. What has ended did so within 29 days, so that
// none is old enough to be dropped. Made once, in a table that goes with its transaction.
const NUMBERED_SQL = `
  create table numbered as
  select n, at, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || left(noise, 3) || '8'
      || substr(noise, 4, 15))::uuid as id
  from (select n, now() - interval '29 days' + n * interval '1 second' * (29 * 86400.0 / COUNT) as at, md5(random()::text) as noise
    from generate_series(0, COUNT - 1) n) made`;

const HASH = `decode(repeat('a7', 32), 'hex')`;

const tasksSql = (projectId: string) => `
  insert into tasks (id, project_id, class_id, title, prompt, needs, labels, priority, workspace, max_attempts,
    backoff_base_ms, backoff_cap_ms, fingerprint, submitted_by, created_at)
  select r.id, '${projectId}', c.id, 'Task of the bench', 'Look at what has changed since yesterday and say what matters.',
    c.needs, '{}', 5, '{"kind": "none"}', 3, 5000, 300000, ${HASH}, 'key:00000000-0000-7000-8000-000000000000', r.at
  from numbered r join (select needs, id, row_number() over (order by id) - 1 as k from needs_classes) c
    on c.k = r.n % (select count(*) from needs_classes)`;

const LIVE_SQL = `
  insert into live_tasks (id, project_id, class_id, state, ready, priority, slots, available_at, has_result_schema,
    max_attempts, backoff_base_ms, backoff_cap_ms)
  select id, project_id, class_id, 'queued', true, priority, 1, created_at, false, max_attempts, backoff_base_ms,
    backoff_cap_ms
  from tasks join numbered using (id)`;

const outcomesSql = (projectId: string, { agent_id }: Member) => `
  insert into outcomes (task_id, project_id, state, epoch, agent_id, result, finished_at)
  select id, '${projectId}', 'succeeded', 1, '${agent_id}', '{"text": "Nothing has changed that matters."}', at
  from numbered`;

const attemptsSql = (projectId: string, { agent_id, holder_id }: Member) => `
  insert into attempts (task_id, epoch, project_id, agent_id, holder_id, token_hash, claimed_at, started_at, ended_at,
    outcome, report_hash)
  select id, 1, '${projectId}', '${agent_id}', '${holder_id}', ${HASH}, at, at, at, 'succeeded', ${HASH}
  from numbered`;

const eventsSql = (projectId: string, { agent_id }: Member) => `
  insert into events (at, project_id, task_id, type, actor, data)
  select at, '${projectId}', id, type, actor, data
  from numbered, (values
    ('task.submitted', 'key:00000000-0000-7000-8000-000000000000', '{"state": "queued", "title": "Task of the bench"}'::json),
    ('task.claimed', 'coordinator', '{"epoch": 1, "agent_id": "${agent_id}"}'),
    ('task.started', 'agent:${agent_id}', '{"epoch": 1, "agent_id": "${agent_id}"}'),
    ('task.succeeded', 'agent:${agent_id}', '{"epoch": 1, "reason": "succeeded", "agent_id": "${agent_id}", "error": null}')
  ) e(type, actor, data)`;

/** Queues tasks of all needs that are known, as if they had been submitted during the last weeks. */
export async function fillQueued({ db, project_id, count }: Fill): Promise<void> {
  await db.transaction(async (trx) => {
    await trx.query(NUMBERED_SQL.replaceAll('COUNT', String(count)));
    const [row] = await trx.query('select from tasks limit 1');
    if (row) await trx.query(tasksSql(project_id));
    else await refill(trx, 'tasks', tasksSql(project_id));
    await refill(trx, 'live_tasks', LIVE_SQL);
    await trx.query('drop table numbered');
  });
  for (const table of ['tasks', 'live_tasks']) await db.query(`vacuum (analyze) ${table}`);
}

/** Adds tasks that were done at the first attempt, with all rows that such a one leaves. For tables that are empty. */
export async function fillFinished({ db, project_id, count }: Fill, by: Member): Promise<void> {
  await db.query(NUMBERED_SQL.replaceAll('COUNT', String(count)));
  const add = (table: string, sql: string) => db.transaction((trx) => refill(trx, table, sql));
  // Two at once: as many as the machine of our figures has processors.
  await Promise.all([
    add('tasks', tasksSql(project_id)).then(() => add('attempts', attemptsSql(project_id, by))),
    add('events', eventsSql(project_id, by)).then(() => add('outcomes', outcomesSql(project_id, by))),
  ]);
  await db.query('drop table numbered');
  // To vacuum what was added, as PostgreSQL would now begin to, takes as long as to add it, and changes no claim.
  for (const table of ['tasks', 'attempts', 'events', 'outcomes'])
    await db.query(`alter table ${table} set (autovacuum_enabled = false); analyze ${table}`);
}

const INDEXES_SQL = `
  select i.relname as name, pg_get_indexdef(i.oid) as definition, pg_get_constraintdef(c.oid) as key
  from pg_index x join pg_class i on i.oid = x.indexrelid left join pg_constraint c on c.conindid = i.oid
  where x.indrelid = $1::text::regclass`;

/**
 * Fills an empty table and builds its indexes after that, which is faster than row by row. In the transaction that
 * truncated a table PostgreSQL need not log it (wal_level minimal); it is on disk when that commits.
 */
async function refill(trx: Db, table: string, sql: string): Promise<void> {
  await trx.query(`set local maintenance_work_mem = '512MB'; truncate ${table}`);
  const indexes = await trx.query<{ name: string; definition: string; key: string | null }>(INDEXES_SQL, [table]);
  for (const { name, key } of indexes)
    await trx.query(key ? `alter table ${table} drop constraint ${name}` : `drop index ${name}`);
  await trx.query(sql);
  for (const { name, definition, key } of indexes)
    await trx.query(key ? `alter table ${table} add constraint ${name} ${key}` : definition);
}
