import type { Db } from '../db/database.ts';

/** What one look at the database told; times are of its clock, in milliseconds. */
export type Look = {
  at: number;
  /** For how long some replica has looked, again and again, and found that leases can be renewed. */
  fleet_ms: number;
};

/**
 * A look continues the ones before it when it comes soon enough after the last one, whoever that was; a refusal that
 * this replica has met since then counts for all. `clock_timestamp()`, because a statement that waited for another
 * replica's look would else be the earlier one.
 */
const LOOK_SQL = `
  insert into reachability as r (since, last_ok) values (clock_timestamp(), clock_timestamp())
  on conflict (id) do update set
    since = greatest(
      case when clock_timestamp() - r.last_ok between interval '0' and $1 * interval '1 millisecond'
        then r.since else clock_timestamp() end,
      clock_timestamp() - $2 * interval '1 millisecond'),
    last_ok = clock_timestamp()
  returning extract(epoch from last_ok)::float8 * 1000 as at,
    extract(epoch from last_ok - since)::float8 * 1000 as fleet_ms`;

/**
 * Looks whether the database takes what a renewal of a lease would be, and writes down that it did. `mostGapMs` is how
 * long nobody may have looked for the looks to count as one time: see docs/decisions/0012. `refusedMsAgo` is Infinity
 * when this replica was never refused.
 */
export async function lookAtDatabase(db: Db, mostGapMs: number, refusedMsAgo: number): Promise<Look> {
  const refused = Number.isFinite(refusedMsAgo) ? refusedMsAgo : null;
  const [row] = await db.query<Look>(LOOK_SQL, [mostGapMs, refused], { name: 'look-at-database' });
  return row!;
}
