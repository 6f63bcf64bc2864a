import type { Db } from '../db/database.ts';
import type { AlertRow } from './alert-columns.ts';
import { queueDeliveries, type Telling } from './notify/queue-deliveries.ts';
import { recordAlertEvent } from './record-alert-event.ts';

/** Records that alerts are over, and makes the notifications for those whose opening was told; in the same transaction. */
export async function tellResolved(trx: Db, alerts: AlertRow[], by: string, telling: Telling) {
  for (const alert of alerts) await recordAlertEvent(trx, 'resolved', alert, by);
  const told = alerts.filter(({ notified_at }) => notified_at !== null);
  await queueDeliveries(trx, 'alert.resolved', told, telling);
}
