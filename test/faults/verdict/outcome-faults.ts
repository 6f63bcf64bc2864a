import type { Postgres } from '../fleet/postgres.ts';
import type { Ledger } from '../ledger.ts';

type Sql = Postgres['sql'];

/** Outcomes that are one too many, or another's. */
export async function outcomeFaults(sql: Sql, ledger: Ledger) {
  const keys = [...ledger.submissions.keys()];
  const [twice] = await sql<{ count: number }>(TWICE_SQL, [keys]);
  const severalIds = [...ledger.submissions.values()].filter(({ ids }) => ids.size > 1).length;
  const [foreign] = await sql<{ count: number }>(FOREIGN_SQL, [keys]);
  return {
    doubleOutcomes: twice!.count + severalIds + taken(ledger),
    byNonHolder: foreign!.count + (await reportsOfOthers(sql, ledger)) + (await answersOfOthers(sql, ledger)),
  };
}

/** Tasks that ended more than once by their events, or that exist more than once. */
const TWICE_SQL = `
  select (
    select count(*) from (
      select from events e join tasks t on t.id = e.task_id
      where t.idempotency_key = any ($1) and e.type in ('task.succeeded', 'task.failed', 'task.cancelled', 'task.expired')
      group by e.task_id having count(*) > 1) ended
  )::int + (
    select count(*) from (
      select from tasks where idempotency_key = any ($1) group by idempotency_key having count(*) > 1) again
  )::int as count`;

/** Tasks of which the server took more than one success as new. */
function taken({ reports }: Ledger): number {
  const successes = reports.filter(({ verb, answer }) => verb === 'complete' && answer === 'accepted');
  return successes.length - new Set(successes.map(({ task_id }) => task_id)).size;
}

/** Results of runners name the attempt and holder that made them. */
const FOREIGN_SQL = `
  select count(*)::int as count
  from outcomes o join tasks t on t.id = o.task_id
  left join attempts a on a.task_id = o.task_id and a.epoch = o.epoch
  where t.idempotency_key = any ($1) and o.state = 'succeeded' and json_typeof(o.result) = 'object'
    and o.result ->> 'holder_id' is not null and not coalesce(
      (o.result ->> 'epoch')::int = o.epoch and o.result ->> 'holder_id' = a.holder_id::text
      and o.result ->> 'task_id' = o.task_id::text and a.outcome = 'succeeded', false)`;

/** Reports that were accepted though the attempt was another's, or had ended otherwise. */
async function reportsOfOthers(sql: Sql, { reports }: Ledger): Promise<number> {
  const accepted = reports.filter(({ answer }) => answer === 'accepted' || answer === 'duplicate');
  const [row] = await sql<{ count: number }>(REPORTS_SQL, [JSON.stringify(accepted)]);
  return row!.count;
}

const REPORTS_SQL = `
  select count(*)::int as count
  from json_to_recordset($1) as r(task_id uuid, epoch int, holder_id uuid, verb text)
  left join attempts a on a.task_id = r.task_id and a.epoch = r.epoch
  where not coalesce(a.holder_id = r.holder_id and case r.verb
      when 'complete' then a.outcome = 'succeeded'
      when 'fail' then a.outcome in ('failed', 'cancelled')
      else a.outcome in ('released', 'cancelled')
    end, false)`;

/** Answers of model servers name the execution, which must have begun while the attempt was open. */
async function answersOfOthers(sql: Sql, { executions, submissions }: Ledger): Promise<number> {
  const rows = await sql<{ key: string; execution: number; began: number; ended: number }>(ANSWERS_SQL, [
    [...submissions.values()].filter(({ kind }) => kind === 'push').map(({ key }) => key),
  ]);
  const byNumber = new Map(executions.map((one) => [one.number, one]));
  return rows.filter(({ key, execution, began, ended }) => {
    const one = byNumber.get(execution);
    return one?.key !== key || one.at < began || one.at > ended;
  }).length;
}

const ANSWERS_SQL = `
  select t.idempotency_key as key, split_part(o.result #>> '{}', '#', 2)::int as execution,
    extract(epoch from a.claimed_at)::float8 * 1000 - 1 as began,
    extract(epoch from a.ended_at)::float8 * 1000 + 1 as ended
  from outcomes o join tasks t on t.id = o.task_id
  join attempts a on a.task_id = o.task_id and a.epoch = o.epoch
  where t.idempotency_key = any ($1) and o.state = 'succeeded' and o.result #>> '{}' ~ '#[0-9]+$'`;
