import type { Db } from '../db/database.ts';
import type { MessageView } from './send-message.ts';

const LIST_SQL = `
  select seq, text, sent_by, sent_at, taken_by from task_messages
  where task_id = $1 and seq > $2 order by seq limit $3`;

/** What was said to a task after the message `after`, `limit` at most, first to last. */
export const listMessages = (db: Db, taskId: string, after: number, limit: number): Promise<MessageView[]> =>
  db.query<MessageView>(LIST_SQL, [taskId, after, limit], { name: 'tasks-messages' });
