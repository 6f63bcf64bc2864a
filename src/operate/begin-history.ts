import type { Db } from '../db/database.ts';
import { CHANNEL } from '../db/notifier.ts';
import { addToTotals } from '../tasks/add-to-totals.ts';
import { settleTasks } from '../tasks/settle.ts';

const BATCH = 500;
const HELD = `select id as task_id, epoch from live_tasks where holder_id is not null order by id limit ${BATCH}`;

// More than any task can have had in the history that is given up: an attempt must not have the number of another one,
// whose files a runner may still have.
const ATTEMPTS_BEGIN = 'update live_tasks set epoch = epoch + 100000';

const SESSIONS_END = `
  update holders set ended_at = now() where ended_at is null;
  update runners set holder_id = null where holder_id is not null`;

// Numbers of transactions of another PostgreSQL mean nothing here: above ours, nobody would be told of a new event until
// ours have caught up. By seq alone what is past is in order as well, since nothing of it is still to be committed.
// What had ended and was not counted yet at the back-up is counted now, and what comes by the new numbers.
const ENDS_COUNTED = addToTotals(
  '(select e.* from events e join task_totals_place p on (e.xid, e.seq) > (p.xid, p.seq))',
);
const COUNTING_BEGINS =
  'update task_totals_place set xid = pg_current_xact_id(), seq = coalesce((select max(seq) from events), 0)';
const EVENTS_NUMBERED = 'update events set xid = pg_current_xact_id() where xid <> pg_current_xact_id()';

const HISTORY_BEGINS = 'update cluster set epoch = greatest(epoch + 1, extract(epoch from clock_timestamp())::bigint)';

/**
 * What a restored database needs before anybody may use it: every lease is ended, and its task queued again without
 * counting an attempt; attempts begin at numbers that nobody has seen; sessions of runners are ended; the record of events
 * is numbered for this PostgreSQL; the history has a new number, by which replicas and followers of events notice.
 */
export async function beginHistory(trx: Db): Promise<void> {
  for (const statement of [ENDS_COUNTED, EVENTS_NUMBERED, COUNTING_BEGINS]) await trx.query(statement);
  for (let held = await findHeld(trx); held.length; held = await findHeld(trx)) {
    const ends = held.map((one) => ({ ...one, end: 'restored' as const, actor: 'restore' }));
    await settleTasks(trx, ends, 0);
  }
  for (const statement of [ATTEMPTS_BEGIN, SESSIONS_END, HISTORY_BEGINS]) await trx.query(statement);
  await trx.query(`select pg_notify('${CHANNEL}', 'restored')`);
}

const findHeld = (trx: Db) => trx.query<{ task_id: string; epoch: number }>(HELD);
