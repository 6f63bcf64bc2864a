import type { Db } from '../src/db/database.ts';
import type { Member } from './enrol-fleet.ts';

type Fill = { db: Db; project_id: string; count: number };

// Ids as ours are, in the order of time: the first 48 bits are milliseconds. What is left ended within 29 days, so that
// none is old enough to be dropped.
const rowsSql = (from: string) => `
  select n, at, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || left(noise, 3) || '8'
      || substr(noise, 4, 15))::uuid as id
  from (select n, $2::timestamptz + n * interval '29 days' / $1::int as at, md5('${from}' || n) as noise
    from generate_series(0, $1::int - 1) n) numbered`;

const TASKS_SQL = `
  insert into tasks (id, project_id, class_id, title, prompt, needs, labels, priority, workspace, max_attempts,
    backoff_base_ms, backoff_cap_ms, fingerprint, submitted_by, created_at)
  select id, $3::uuid, class_id, 'Task ' || n, 'Look at what has changed since yesterday and say what matters.', needs, '{}',
    5, '{"kind": "none"}', 3, 5000, 300000, sha256(id::text::bytea), 'key:00000000-0000-7000-8000-000000000000', at
  from (ROWS) r join (select needs, id as class_id, row_number() over (order by id) - 1 as k from needs_classes) c
    on c.k = n % (select count(*) from needs_classes)`;

const LIVE_SQL = `
  insert into live_tasks (id, project_id, class_id, state, ready, priority, slots, available_at, has_result_schema,
    max_attempts, backoff_base_ms, backoff_cap_ms)
  select id, project_id, class_id, 'queued', true, priority, 1, created_at, false, max_attempts, backoff_base_ms,
    backoff_cap_ms
  from tasks t where not exists (select from outcomes o where o.task_id = t.id)`;

const OUTCOMES_SQL = `
  insert into outcomes (task_id, project_id, state, epoch, agent_id, result, finished_at)
  select id, $3::uuid, 'succeeded', 1, $4::uuid, '{"text": "Nothing has changed that matters."}', at + interval '1 minute'
  from (ROWS) r`;

const ATTEMPTS_SQL = `
  insert into attempts (task_id, epoch, project_id, agent_id, holder_id, token_hash, claimed_at, started_at, ended_at,
    outcome, report_hash)
  select id, 1, $3::uuid, $4::uuid, $5::uuid, sha256(id::text::bytea), at, at, at + interval '1 minute', 'succeeded',
    sha256(id::text::bytea)
  from (ROWS) r`;

const EVENTS_SQL = `
  insert into events (at, project_id, task_id, type, actor, data)
  select at, $3::uuid, id, type, actor, data
  from (ROWS) r, (values
    ('task.submitted', 'key:00000000-0000-7000-8000-000000000000', '{"state": "queued", "title": "Task"}'::json),
    ('task.claimed', 'coordinator', json_build_object('epoch', 1, 'agent_id', $4::uuid)),
    ('task.started', 'agent:' || $4::uuid, json_build_object('epoch', 1, 'agent_id', $4::uuid)),
    ('task.succeeded', 'agent:' || $4::uuid, json_build_object('epoch', 1, 'reason', 'succeeded', 'agent_id', $4::uuid, 'error', null))
  ) e(type, actor, data)`;

/** Queues tasks of all needs that are known, as if they had been submitted during the last weeks. */
export async function fillQueued({ db, project_id, count }: Fill): Promise<void> {
  const values = [count, startOf(), project_id];
  const tasks = TASKS_SQL.replace('ROWS', rowsSql('queued'));
  const [row] = await db.query('select from tasks limit 1');
  const add = row ? (_: string, fill: (on: Db) => Promise<unknown>) => fill(db) : withoutIndexes.bind(undefined, db);
  await add('tasks', (on) => on.query(tasks, values));
  await withoutIndexes(db, 'live_tasks', (on) => on.query(LIVE_SQL));
  for (const table of ['tasks', 'live_tasks']) await db.query(`vacuum (analyze) ${table}`);
}

/** Adds tasks that were done at the first attempt, with all rows that such a one leaves. For tables that are empty. */
export async function fillFinished(fill: Fill, { agent_id, holder_id }: Member): Promise<void> {
  const { db, project_id, count } = fill;
  const values = [count, startOf(), project_id, agent_id, holder_id];
  const add = (table: string, sql: string) =>
    withoutIndexes(db, table, (trx) => {
      const wanted = values.slice(0, Math.max(...[...sql.matchAll(/\$(\d)/g)].map(([, n]) => Number(n)), 3));
      return trx.query(sql.replace('ROWS', rowsSql('finished')), wanted);
    });
  // Two at once: as many as the machine of our figures has processors.
  await Promise.all([
    add('tasks', TASKS_SQL).then(() => add('attempts', ATTEMPTS_SQL)),
    add('events', EVENTS_SQL).then(() => add('outcomes', OUTCOMES_SQL)),
  ]);
  for (const table of ['tasks', 'outcomes', 'attempts', 'events']) await db.query(`vacuum (analyze) ${table}`);
}

const startOf = (): string => new Date(Date.now() - 29 * 86_400_000).toISOString();

/**
 * Fills a table in one transaction and builds its indexes after that: at 10^7 rows four times as fast as row by row. In the
 * transaction that empties a table PostgreSQL need not log it (wal_level minimal); it is on disk when that commits.
 */
async function withoutIndexes(db: Db, table: string, fill: (trx: Db) => Promise<unknown>): Promise<void> {
  await db.transaction(async (trx) => {
    await trx.query(`set local maintenance_work_mem = '512MB'; truncate ${table}`);
    const indexes = await trx.query<{ name: string; definition: string; key: string | null }>(INDEXES_SQL, [table]);
    for (const { name, key } of indexes)
      await trx.query(key ? `alter table ${table} drop constraint ${name}` : `drop index ${name}`);
    await fill(trx);
    for (const { name, definition, key } of indexes)
      await trx.query(key ? `alter table ${table} add constraint ${name} ${key}` : definition);
  });
}

const INDEXES_SQL = `
  select i.relname as name, pg_get_indexdef(i.oid) as definition, pg_get_constraintdef(c.oid) as key
  from pg_index x join pg_class i on i.oid = x.indexrelid left join pg_constraint c on c.conindid = i.oid
  where x.indrelid = $1::text::regclass`;
