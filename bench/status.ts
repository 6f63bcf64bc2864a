import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openPool } from '../src/db/pool.ts';
import { atMost } from './at-most.ts';
import type { Figure } from './figure.ts';
import { percentile } from './percentile.ts';
import { openPostgres } from './postgres-server.ts';
import { startServerProcess } from './server-process.ts';

const FINISHED = Number(process.env.BENCH_FINISHED ?? 10_000_000);
const LIVE = 100_000;
const PROJECT = '00000000-0000-7000-8000-000000000000';
/** The server looks anew two seconds after the last look at the soonest. */
const APART_MS = 2100;
const LOOKS = 30;
const CALLS = 2000;

// The ends only: what else a task leaves behind nobody reads here. In transactions of a million, with ids in order as ours are.
const ENDED_SQL = `
  with ended as (
    insert into outcomes (task_id, project_id, state, epoch)
    select ('00000000-0000-7000-8000-' || lpad(to_hex($2::int + n), 12, '0'))::uuid, '${PROJECT}', (array['succeeded', 'failed', 'cancelled', 'expired'])[1 + n % 4], 1
    from generate_series(1, $1::int) n returning task_id, state
  )
  insert into events (project_id, task_id, type, actor) select '${PROJECT}', task_id, 'task.' || state, 'bench' from ended`;

const LIVE_SQL = `
  insert into live_tasks (id, project_id, class_id, state, ready, priority, slots, available_at, has_result_schema,
    max_attempts, backoff_base_ms, backoff_cap_ms)
  select gen_random_uuid(), '${PROJECT}', 1, 'queued', true, 5, 1, now(), false, 3, 0, 0 from generate_series(1, ${LIVE})`;

const show = (samples: number[], share: number): string => `${percentile(samples, share).toFixed(0)} ms`;

/** GET /api/status over HTTP with 10^7 tasks that ended and 10^5 that did not, and how fast ends are counted. */
export async function status(): Promise<Figure[]> {
  const postgres = await openPostgres({ max_wal_size: '8GB' });
  const dataDir = await mkdtemp(join(tmpdir(), 'whoosh-bench-'));
  const url = await postgres.newDatabase('status');
  const pool = { name: 'bench', min: 1, max: 2, recycleS: 3600, connectTimeoutMs: 5000, queryTimeoutMs: 600_000 };
  const db = openPool({ url, ...pool });
  const server = await startServerProcess(dataDir, {
    DATABASE_URL: url,
    WHOOSH_LOCAL_RUNNER: 'off',
    LONG_POLL_MS: '1000',
  });
  try {
    const authorization = `Bearer ${(await readFile(join(dataDir, 'admin.key'), 'utf8')).trim()}`;
    const ask = async () => {
      const begun = performance.now();
      const answer = await fetch(`${server.url}/api/status`, { headers: { authorization } });
      const { tasks } = (await answer.json()) as { tasks: { total: number } };
      return { ms: performance.now() - begun, total: tasks.total };
    };
    for (let left = FINISHED; left > 0; left -= 1e6) await db.query(ENDED_SQL, [Math.min(left, 1e6), FINISHED - left]);
    await db.query(LIVE_SQL);
    await db.query('vacuum analyze live_tasks');
    const begun = performance.now();
    const [{ total: before }] = (await db.query('select sum(total)::bigint as total from task_totals')) as [
      { total: number },
    ];
    while ((await ask()).total < FINISHED + LIVE) await pause(250);
    const counted = (FINISHED - before) / ((performance.now() - begun) / 1000);
    const looks: number[] = [];
    for (let n = 0; n < LOOKS; n++) {
      await pause(APART_MS);
      looks.push((await ask()).ms);
    }
    const calls: number[] = [];
    while (calls.length < CALLS) calls.push((await ask()).ms);
    const of = `${FINISHED.toExponential(0)} ended, ${LIVE.toExponential(0)} live`;
    return [
      atMost(`GET /api/status p99, ${of}`, percentile(calls, 0.99), 50, 'ms', 1),
      { what: `the same when it looks anew, of ${LOOKS}`, measured: `p50 ${show(looks, 0.5)}, most ${show(looks, 1)}` },
      { what: 'ends counted into the totals', measured: `${Math.round(counted).toLocaleString('en')}/s` },
    ];
  } finally {
    await server.stop();
    await db.close();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
