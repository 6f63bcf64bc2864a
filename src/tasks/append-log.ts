import type { z } from 'zod';
import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { type AttemptRef, LOG_ENTRY_BYTES, type logEntry } from './attempt-schema.ts';
import { explainRefusal } from './refusal.ts';

type Entry = z.infer<typeof logEntry>;

/** After this an attempt's log ends with a marker; what follows is dropped. */
const MOST_BYTES = 10_485_760;
/** What an entry counts beside its text: a million empty ones are as much a flood as long ones. */
const ENTRY_BYTES = 32;

/**
 * Takes effect only while the attempt holds the lease: its row is locked against an end that comes meanwhile.
 * A seq that is there already is passed over and not counted, so a repeated chunk does no harm.
 */
const APPEND_SQL = `
  with held as (
    select t.id, t.epoch from live_tasks t where t.id = $1 and t.epoch = $2 and t.holder_id = $3 for share
  ), fresh as (
    select g.* from json_to_recordset($4) as g(seq int, stream text, text text)
    where not exists (select from attempt_logs l where l.task_id = $1 and l.epoch = $2 and l.seq = g.seq)
  ), counted as (
    update attempts a
    set log_bytes = least(a.log_bytes + (select coalesce(sum(octet_length(text) + ${ENTRY_BYTES}), 0) from fresh), ${MOST_BYTES} + 1)
    from held h where a.task_id = h.id and a.epoch = h.epoch
    returning a.task_id, a.epoch, a.log_bytes <= ${MOST_BYTES} as fits
  ), given as (
    select c.task_id, c.epoch, f.* from counted c, fresh f where c.fits
    union all
    select task_id, epoch, 2000000001, 'system', 'The log is over 10 MiB; the rest was dropped.' from counted where not fits
  ), appended as (
    insert into attempt_logs (task_id, epoch, seq, stream, text)
    select task_id, epoch, seq, stream, text from given
    on conflict do nothing
  )
  select fits from counted`;

/**
 * Appends to the log of an attempt. Refuses: log_line_too_large (an entry over 16 KiB), lease_lost. Over 10 MiB an
 * attempt the rest is dropped and the log says so.
 */
export async function appendLog(db: Db, ref: AttemptRef & { holder_id: string }, entries: Entry[]): Promise<void> {
  const long = entries.find((entry) => Buffer.byteLength(entry.text) > LOG_ENTRY_BYTES);
  if (long) throw new AppError('log_line_too_large', `Entry ${long.seq} is over ${LOG_ENTRY_BYTES} bytes.`);
  const [held] = await db.query(APPEND_SQL, [ref.task_id, ref.epoch, ref.holder_id, JSON.stringify(entries)], {
    name: 'tasks-log-append',
  });
  if (!held) await explainRefusal(db, ref);
}
