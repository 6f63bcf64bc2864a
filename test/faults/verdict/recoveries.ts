import { percentile } from '../../../bench/percentile.ts';
import type { Postgres } from '../fleet/postgres.ts';
import { SHORT } from '../fleet/short.ts';
import type { Ledger, Outage } from '../ledger.ts';

/** How long work of holders that went away stayed theirs, in milliseconds. */
export type Recovery = {
  count: number;
  p50: number;
  p99: number;
  max: number;
  /** The largest share of its bound that one took: over 1 is too late. */
  worst: number;
};

const { LEASE_TTL_MS, PUSH_LEASE_TTL_MS } = SHORT;
/** G4 fivefold shortened: lease, grace and reaping within 40 s for push, 70 s for pull. */
const BOUND_MS = { push: 8000, pull: 14_000 };
const TTL_MS = { push: Number(PUSH_LEASE_TTL_MS), pull: Number(LEASE_TTL_MS) };

type Row = { kind: 'push' | 'pull'; lost: boolean; at: number; until: number | null; ended: number | null };

/** Attempts that were open when their holder went away. Replicas are known by their last holder before that. */
const SQL = `
  with gone as (
    select * from json_to_recordset($1) as g(replica text, holder_id uuid, at float8, until float8)
  ), holder as (
    select g.*, coalesce(g.holder_id, (
      select f.holder_id from faults.holders f join holders h on h.id = f.holder_id
      where f.replica = g.replica and h.started_at <= to_timestamp(g.at / 1000)
      order by h.started_at desc limit 1)) as id
    from gone g
  )
  select case when h.replica is null then 'pull' else 'push' end as kind, a.outcome = 'lost' as lost, h.at, h.until,
    extract(epoch from a.ended_at)::float8 * 1000 as ended
  from holder h join attempts a on a.holder_id = h.id
  where a.claimed_at <= to_timestamp(h.at / 1000) and (a.ended_at is null or a.ended_at > to_timestamp(h.at / 1000))`;

/** Measures recoveries; an outage of the database gives every lease one whole term more from its end. */
export async function recoveries(sql: Postgres['sql'], { absences, outages }: Ledger): Promise<Recovery> {
  const rows = await sql<Row>(SQL, [JSON.stringify(absences)]);
  const found = rows.map((row) => measure(row, outages)).filter((one) => one !== undefined);
  const times = found.map(({ ms }) => ms);
  return {
    count: found.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    max: Math.max(...times),
    worst: Math.max(0, ...found.map(({ ms, bound }) => ms / bound)),
  };
}

function measure({ kind, lost, at, until, ended }: Row, outages: Outage[]) {
  const end = ended ?? Number.POSITIVE_INFINITY;
  const outage = outages.findLast(({ from, to }) => from < end && to > at);
  const since = outage ? Math.max(at, outage.to) : at;
  const bound = BOUND_MS[kind] + (outage ? TTL_MS[kind] : 0);
  const one = { ms: end - since, bound };
  // It came back in time and went on, or another end came first: nothing had to be recovered.
  return lost || one.ms > bound ? one : until === null && ended === null ? one : undefined;
}
