import pg from 'pg';
import { coalesce } from '../../src/db/coalesce.ts';
import type { Contender, Work, WorkHooks } from '../contender.ts';

const TABLES = `
  create table jobs (id bigint generated always as identity primary key, n int not null, epoch int not null default 0,
    claimed_at timestamptz);
  create index jobs_ready on jobs (id) where claimed_at is null;
  create table outcomes (id bigint primary key, ended_at timestamptz not null default now())`;
const INSERT = 'insert into jobs (n) select n from unnest($1::int[]) n';
const CLAIM = `
  with free as (select id from jobs where claimed_at is null order by id limit $1 for update skip locked)
  update jobs set claimed_at = now(), epoch = epoch + 1 from free where jobs.id = free.id returning jobs.id, jobs.epoch, n`;
const COMPLETE = `
  with gone as (
    delete from jobs using unnest($1::bigint[], $2::int[]) as g(id, epoch)
    where jobs.id = g.id and jobs.epoch = g.epoch returning jobs.id
  )
  insert into outcomes (id) select id from gone`;

type Job = { id: string; epoch: number; n: number };
type Complete = (job: Job) => Promise<unknown>;

/** The least that PostgreSQL must do for a durable, fenced queue: the limit. `how` is whether callers share statements. */
export async function openRawPostgres(url: string, how: 'single' | 'coalesced'): Promise<Contender> {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  await pool.query(TABLES);
  const insert = async (ns: number[]) => {
    await pool.query({ name: 'insert', text: INSERT, values: [ns] });
    return ns;
  };
  const complete = async (jobs: Job[]) => {
    const values = [jobs.map(({ id }) => id), jobs.map(({ epoch }) => epoch)];
    await pool.query({ name: 'complete', text: COMPLETE, values });
    return jobs;
  };
  const isSingle = how === 'single';
  const join = coalesce(insert, { max: 200 });
  const joinComplete = coalesce(complete, { max: 200 });
  return {
    name: `raw PostgreSQL, ${how}`,
    how: 'insert',
    submit: isSingle ? (n) => insert([n]) : join,
    submitMany: (count) => insert(Array.from({ length: count }, (_, n) => n)),
    works: [isSingle ? working(pool, 10, 1, (job) => complete([job])) : working(pool, 4, 64, joinComplete)],
    close: () => pool.end(),
  };
}

function working(pool: pg.Pool, loops: number, batch: number, complete: Complete): Work {
  const loop = async (hooks: WorkHooks, over: AbortSignal) => {
    while (!over.aborted) {
      const { rows } = await pool.query<Job>({ name: 'claim', text: CLAIM, values: [batch] });
      for (const { n } of rows) hooks.started(n);
      await Promise.all(rows.map((job) => complete(job).then(hooks.ended)));
      if (!rows.length) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return {
    how: `${loops} loops of ${batch}`,
    async start(hooks) {
      const over = new AbortController();
      const running = Promise.all(Array.from({ length: loops }, () => loop(hooks, over.signal)));
      return async () => {
        over.abort();
        await running;
      };
    },
  };
}
