import type { Finding, Scene } from '../rule.ts';

/** Fewer ends than this say nothing: one of two is half. */
const LEAST = 20;

// By the index of the retention, from its end; 1,000 rows of a million take 0.6 ms, however many tasks end in ten minutes.
const RECENT_SQL = `
  select count(*)::int as ended, count(*) filter (where state = 'failed')::int as failed
  from (
    select state from outcomes where finished_at > now() - interval '10 minutes' order by finished_at desc limit 1000
  ) recent`;

/** The fleet, when too many of the tasks that ended lately have failed. */
export async function findErrorRate({ context }: Scene): Promise<Finding[]> {
  type Row = { ended: number; failed: number };
  const [row] = await context.control.query<Row>(RECENT_SQL, [], { name: 'alerts-error-rate' });
  const { ended, failed } = row!;
  if (ended < LEAST || (failed / ended) * 100 <= context.config.alertErrorPercent) return [];
  const summary = `${failed} of the last ${ended} tasks have failed.`;
  return [{ subject: 'tasks', project_id: null, summary, detail: '`whoosh task list --state failed` shows them.' }];
}
