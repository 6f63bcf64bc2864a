import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';

/**
 * What stands before the id of an event: nothing until the database is restored from a back-up, then the number of the
 * history that began with it. A scalar of its own, so that a statement works it out once.
 */
export const HISTORY_PREFIX = `(select case epoch when 1 then '' else epoch || '-' end from cluster)`;

/** The number of the history that the database is in. */
export async function readHistory(db: Db): Promise<string> {
  const [row] = await db.query<{ epoch: string }>('select epoch::text from cluster', [], { name: 'events-history' });
  return row!.epoch;
}

/**
 * Refuses `events_restarted` when the event with this id is of another history: what came after it there did not happen
 * here, and its place says nothing about the record that is here.
 */
export async function requireSameHistory(db: Db, eventId: string): Promise<void> {
  // The beginning is that of any history.
  if (eventId === '0-0' || historyOf(eventId) === (await readHistory(db))) return;
  throw new AppError('events_restarted', 'The database was restored from a back-up since this event. Start over.');
}

function historyOf(eventId: string): string {
  const [history, xid, seq] = eventId.split('-');
  return xid && seq ? history! : '1';
}
