import type { Db } from '../db/database.ts';
import { recordEvent } from '../events/record.ts';
import type { AlertView } from './schema.ts';

type Told = Pick<AlertView, 'id' | 'rule' | 'subject' | 'project_id' | 'severity' | 'summary'>;

/** Puts into the record what became of an alert, in the transaction of the change; `actor` as in events. */
export const recordAlertEvent = (
  trx: Db,
  what: 'opened' | 'acknowledged' | 'resolved',
  { id, rule, subject, project_id, severity, summary }: Told,
  actor: string,
): Promise<void> =>
  recordEvent(trx, {
    type: `alert.${what}`,
    project_id,
    task_id: null,
    actor,
    data: { alert_id: id, rule, subject, severity, summary },
  });
