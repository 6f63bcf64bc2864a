import type { Context } from '../context.ts';
import type { Db } from '../db/database.ts';
import { lookUntil } from '../lib/look-until.ts';
import type { AttemptRef } from './attempt-schema.ts';
import { noLease } from './no-lease.ts';
import type { MessageView } from './send-message.ts';

/** Each may be 64 KiB. */
const MOST_AT_ONCE = 20;

/**
 * No lock: every waiting attempt looks each second. What an attempt is given in the moment in which it loses its lease
 * is given to the next one as well.
 */
const TAKE_SQL = `
  with held as (
    select id, epoch from live_tasks where id = $1 and epoch = $2 and holder_id is not null
  ), found as (
    select m.seq, m.text, m.sent_by, m.sent_at, h.epoch as taken_by
    from held h join task_messages m on m.task_id = h.id and m.seq > $3
    order by m.seq limit ${MOST_AT_ONCE}
  ), taken as (
    update task_messages m set taken_by = f.taken_by from found f
    where m.task_id = $1 and m.seq = f.seq and m.taken_by is distinct from f.taken_by
  )
  select f.* from held left join found f on true order by f.seq`;

/**
 * What was said to the task of an attempt after the message `after`, at once or as soon as something is said; empty
 * after `waitMs` or when `signal` fires. An attempt that asks after 0 is given also what earlier attempts had taken: it
 * begins their work anew. At most 20 at a time. Refuses: lease_lost.
 */
export function takeMessages(
  { db, subscribe }: Context,
  attempt: AttemptRef,
  { after, waitMs, signal }: { after: number; waitMs: number; signal: AbortSignal },
): Promise<MessageView[]> {
  return lookUntil(
    () => take(db, attempt, after),
    (messages) => messages.length > 0,
    { hear: (news) => subscribe('messages', news), waitMs, signal },
  );
}

async function take(db: Db, { task_id, epoch }: AttemptRef, after: number): Promise<MessageView[]> {
  type Taken = MessageView | { seq: null };
  const rows = await db.query<Taken>(TAKE_SQL, [task_id, epoch, after], { name: 'tasks-take-messages' });
  if (!rows.length) throw noLease({ task_id, epoch });
  return rows.filter((row): row is MessageView => row.seq !== null);
}
