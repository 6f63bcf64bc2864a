import type { Config } from '../config.ts';
import type { Db } from '../db/database.ts';
import { type Settled, type Settlement, settleTasks } from './settle.ts';

type Limits = Pick<Config, 'leaseGraceMs' | 'startTimeoutMs' | 'cancelGraceMs'>;
type Overdue = { task_id: string; epoch: number | null; end: Settlement['end']; holder_id: string | null };

/** Overdue tasks dealt with in one go; more are found at once by the next. */
const BATCH = 100;

/** Who held what may be taken away: a runner, or a replica, whose leases are shorter. */
export type Seizable = { pull: boolean; push: boolean };
const MAY_SEIZE = `case when exists (select from holders h where h.id = holder_id and h.runner_id is null) then $5::boolean else $4 end`;

/** In the order of what counts first when a task is overdue in several ways. */
const OVERDUE_SQL = `
  (select id as task_id, case when holder_id is null then null else epoch end as epoch, 'expired' as "end"
   from live_tasks where deadline_at <= now() order by deadline_at limit ${BATCH})
  union all
  (select id, null, 'expired' from live_tasks
   where queue_deadline_at <= now() and holder_id is null and attempts = 0 order by queue_deadline_at limit ${BATCH})
  union all
  (select id, epoch, 'cancelled' from live_tasks
   where cancel_requested_at <= now() - $1 * interval '1 millisecond' and holder_id is not null
   order by cancel_requested_at limit ${BATCH})
  union all
  (select id, epoch, 'lost' from live_tasks
   where holder_id is not null and lease_expires_at < now() - $2 * interval '1 millisecond' and ${MAY_SEIZE} limit ${BATCH})
  union all
  (select id, epoch, 'not_started' from live_tasks
   where holder_id is not null and state = 'leased' and claimed_at < now() - $3 * interval '1 millisecond'
     and ${MAY_SEIZE} limit ${BATCH})
  union all
  (select id, epoch, 'timed_out' from live_tasks
   where holder_id is not null and started_at < coalesce(awaiting_since, now())
     - (attempt_timeout_ms + awaited_ms + $1) * interval '1 millisecond' limit ${BATCH})`;

/**
 * Takes away what is overdue: passed deadlines, cancels not obeyed in time, lost leases, attempts never started, and
 * attempts whose holder did not end them at their time-out, the time aside in which they waited for answers. `maySeize`
 * is false until the database has been reachable for one whole lease: after an outage every lease looks dead, and no
 * holder could start what it was granted; the fleet's work would run twice.
 * Each is decided again under the row's lock (`settleTasks`), so a heartbeat that came meanwhile wins.
 */
export async function reapTasks(db: Db, limits: Limits, maySeize: Seizable): Promise<Settled[]> {
  const found = await db.query<Overdue>(
    OVERDUE_SQL,
    [limits.cancelGraceMs, limits.leaseGraceMs, limits.startTimeoutMs, maySeize.pull, maySeize.push],
    {
      name: 'tasks-overdue',
    },
  );
  if (!found.length) return [];
  const first = new Map(found.toReversed().map((one) => [one.task_id, one]));
  return settleTasks(db, [...first.values()].map(toSettlement), limits.leaseGraceMs);
}

const MESSAGES: Partial<Record<Settlement['end'], string>> = {
  lost: 'The holder stopped renewing its lease.',
  not_started: 'The holder did not start the attempt in time.',
  timed_out: 'The attempt ran longer than attempt_timeout_ms and its holder did not end it.',
  expired: 'A deadline of the task passed.',
};

function toSettlement({ task_id, epoch, end }: Overdue): Settlement {
  const message = MESSAGES[end];
  return { task_id, epoch, end, actor: 'coordinator', ...(message && { error: { code: end, message } }) };
}
