import type { Db } from '../../db/database.ts';
import type { Log } from '../../lib/log.ts';
import type { WindowCounter } from './window-counter.ts';

const EVERY_MS = 1000;
/** 300 rows are written in some 5 ms. */
const MOST_AT_ONCE = 300;
const CLEAN_EVERY_MS = 60_000;

// In the order of the subjects, so that replicas do not wait for each other in a circle.
const SHARE_SQL = `
  insert into rate_counts as known (subject, count)
  select subject, n from json_to_recordset($1) as told(subject text, n integer) order by subject
  on conflict (subject) do update set
    count = case when known.started_at > now() - interval '1 minute' then known.count else 0 end + excluded.count,
    started_at = case when known.started_at > now() - interval '1 minute' then known.started_at else now() end
  returning subject, count, (60000 - extract(epoch from now() - started_at) * 1000)::float8 as left_ms`;

type Shared = { subject: string; count: number; left_ms: number };

/** Counters that replicas keep together, under the names of their budgets. */
type Counters = Record<string, WindowCounter>;

/**
 * Adds what this replica has counted to what the others have, and the other way round: one statement a second at most, and
 * none when nobody comes often. While the database is away each replica counts for itself. The returned function ends it.
 */
export function shareCounts(db: Db, counters: Counters, log: Log): () => void {
  let sharing = false;
  let cleanAt = performance.now() + CLEAN_EVERY_MS;
  const share = async () => {
    if (sharing) return;
    sharing = true;
    try {
      if (!(await exchange(db, counters)) || performance.now() < cleanAt) return;
      cleanAt = performance.now() + CLEAN_EVERY_MS;
      await db.query("delete from rate_counts where started_at < now() - interval '2 minutes'");
    } catch (error) {
      // What was counted here goes on counting here.
      log.debug({ err: error }, 'Rate limits were not shared');
    } finally {
      sharing = false;
    }
  };
  const timer = setInterval(share, EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** Whether there was anything to exchange. */
async function exchange(db: Db, counters: Counters): Promise<boolean> {
  const counts = Object.entries(counters).flatMap(([name, counter]) =>
    counter.untold(MOST_AT_ONCE).map((count) => ({ ...count, counter, key: `${name} ${count.subject}` })),
  );
  if (!counts.length) return false;
  const told = JSON.stringify(counts.map(({ key, n }) => ({ subject: key, n })));
  const shared = new Map((await db.query<Shared>(SHARE_SQL, [told])).map((row) => [row.subject, row]));
  for (const { counter, key, ...count } of counts) {
    const { count: total, left_ms } = shared.get(key)!;
    counter.hear(count, total, left_ms);
  }
  return true;
}
