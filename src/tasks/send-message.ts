import type { z } from 'zod';
import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { messageView } from './attempt-schema.ts';

export type MessageView = z.infer<typeof messageView>;

const MOST_UNTAKEN = 100;

const COUNT_SQL = `
  select coalesce(max(seq), 0) as last, count(*) filter (where taken_by is null)::int as untaken
  from task_messages where task_id = $1`;

const SEND_SQL = `
  with sent as (
    insert into task_messages (task_id, seq, text, sent_by) values ($1, $2, $3, $4)
    returning seq, text, sent_by, sent_at, taken_by
  ), told as (
    insert into events (project_id, task_id, type, actor, data)
    select l.project_id, l.id, 'task.message', s.sent_by, json_build_object('seq', s.seq, 'text', left(s.text, 500))
    from sent s, live_tasks l where l.id = $1
  )
  select * from sent`;

/**
 * Says something to a task: the attempt that runs is told, else the next one. Refuses: invalid_state when the task has
 * ended, messages_full (100 that no attempt has taken).
 */
export function sendMessage(db: Db, taskId: string, text: string, by: string): Promise<MessageView> {
  return db.transaction(async (trx) => {
    const [live] = await trx.query('select from live_tasks where id = $1 for update', [taskId]);
    if (!live) throw new AppError('invalid_state', 'The task has ended; nobody would read it. Continue it instead.');
    // Exact, since the lock on the task's row lets one message in after the other.
    const [counted] = await trx.query<{ last: number; untaken: number }>(COUNT_SQL, [taskId]);
    const { last, untaken } = counted!;
    if (untaken >= MOST_UNTAKEN) throw new AppError('messages_full', `${untaken} messages wait to be taken already.`);
    const [sent] = await trx.query<MessageView>(SEND_SQL, [taskId, last + 1, text, by]);
    return sent!;
  });
}
