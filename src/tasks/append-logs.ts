import type { z } from 'zod';
import type { Db } from '../db/database.ts';
import type { AttemptRef, logEntry } from './attempt-schema.ts';
import { keyOf } from './heartbeat.ts';

export type LogEntry = z.infer<typeof logEntry>;
/** What is to be added to the log of one attempt. */
export type LogChunk = AttemptRef & { holder_id: string; entries: LogEntry[] };

/** After this an attempt's log ends with a marker; what follows is dropped. */
const MOST_BYTES = 10_485_760;
/** What an entry counts beside its text: a million empty ones are as much a flood as long ones. */
const ENTRY_BYTES = 32;
/** Characters that one statement carries, unless a single attempt brings more. */
const MOST_JOINED = 1_048_576;

/**
 * Takes effect only while the attempt holds the lease: its row is locked against an end that comes meanwhile.
 * A seq that is there already is passed over and not counted, so a repeated chunk does no harm.
 * Locks live_tasks by id, shared, then attempts by their key.
 */
const APPEND_SQL = `
  with given as (
    select * from json_to_recordset($1) as g(task_id uuid, epoch int, holder_id uuid, entries json)
  ), held as (
    select t.id as task_id, t.epoch, t.holder_id, g.entries
    from live_tasks t join given g on g.task_id = t.id and g.epoch = t.epoch and g.holder_id = t.holder_id
    order by t.id
    for share of t
  ), fresh as (
    select h.task_id, h.epoch, e.*
    from held h cross join lateral json_to_recordset(h.entries) as e(seq int, stream text, text text)
    where not exists (
      select from attempt_logs l where l.task_id = h.task_id and l.epoch = h.epoch and l.seq = e.seq)
  ), attempt as (
    select a.task_id, a.epoch from attempts a join held using (task_id, epoch) order by a.task_id, a.epoch for update of a
  ), counted as (
    update attempts a set log_bytes = least(a.log_bytes + (
        select coalesce(sum(octet_length(f.text) + ${ENTRY_BYTES}), 0) from fresh f
        where f.task_id = k.task_id and f.epoch = k.epoch), ${MOST_BYTES} + 1)
    from attempt k where a.task_id = k.task_id and a.epoch = k.epoch
    returning a.task_id, a.epoch, a.log_bytes <= ${MOST_BYTES} as fits
  ), appended as (
    insert into attempt_logs (task_id, epoch, seq, stream, text)
    select f.* from fresh f join counted c using (task_id, epoch) where c.fits
    union all
    select task_id, epoch, 2000000001, 'system', 'The log is over 10 MiB; the rest was dropped.' from counted where not fits
    on conflict do nothing
  )
  select task_id, epoch, holder_id from held`;

/**
 * Appends to the logs of many attempts, most often in one statement. Answers by position whether the caller still holds
 * the attempt; where it does not, nothing was appended. Over 10 MiB an attempt the rest is dropped and the log says so.
 */
export async function appendLogs(db: Db, chunks: LogChunk[]): Promise<boolean[]> {
  const held = new Set<string>();
  for (const joined of statements(byAttempt(chunks))) {
    const rows = await db.query<AttemptRef & { holder_id: string }>(APPEND_SQL, [JSON.stringify(joined)], {
      name: 'tasks-log-append',
    });
    for (const row of rows) held.add(keyOf(row));
  }
  return chunks.map((chunk) => held.has(keyOf(chunk)));
}

/** An attempt stands once in a statement, and a seq once in an attempt: the first that came. */
function byAttempt(chunks: LogChunk[]): LogChunk[] {
  return [...Map.groupBy(chunks, keyOf).values()].map((same) => {
    const entries = same.flatMap((chunk) => chunk.entries).toReversed();
    return { ...same[0]!, entries: [...new Map(entries.map((entry) => [entry.seq, entry])).values()] };
  });
}

function statements(chunks: LogChunk[]): LogChunk[][] {
  const groups: LogChunk[][] = [];
  let room = 0;
  for (const chunk of chunks) {
    const size = chunk.entries.reduce((sum, { text }) => sum + text.length, 0);
    if (!groups.length || size > room) {
      groups.push([]);
      room = MOST_JOINED;
    }
    groups.at(-1)!.push(chunk);
    room -= size;
  }
  return groups;
}
