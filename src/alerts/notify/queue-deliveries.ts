import { v7 as uuid } from 'uuid';
import type { Db } from '../../db/database.ts';
import type { Opened } from '../open-alerts.ts';
import { runbookOf } from '../rules.ts';
import type { AlertMessage } from './message.ts';

/** When a network goes away a hundred agents are down at once: that is one thing to tell. */
const ONE_BY_ONE = 5;

const INSERT_SQL = `
  insert into alert_deliveries (id, alert_id, notifier, message)
  select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::json[])`;

/** Makes the notifications of alerts that opened together, one for each notifier; more than five of a rule are told as one. */
export async function queueDeliveries(trx: Db, opened: Opened[], notifiers: string[]): Promise<void> {
  const messages = [...Map.groupBy(opened, ({ rule }) => rule).values()].flatMap((of) =>
    of.length > ONE_BY_ONE ? [toMessage(of[0]!, of.length)] : of.map((alert) => toMessage(alert, 1)),
  );
  const rows = messages.flatMap((message) => notifiers.map((notifier) => ({ message, notifier })));
  if (!rows.length) return;
  await trx.query(INSERT_SQL, [
    rows.map(() => uuid()),
    rows.map(({ message }) => message.data.id),
    rows.map(({ notifier }) => notifier),
    rows.map(({ message }) => JSON.stringify(message)),
  ]);
}

function toMessage(alert: Opened, together: number): AlertMessage {
  const { id, rule, subject, project_id, severity, detail, opened_at, count } = alert;
  const summary = together > 1 ? `${together} alerts of ${rule} have opened, such as: ${alert.summary}` : alert.summary;
  const data = { id, rule, subject, project_id, severity, summary, detail, opened_at, count, runbook: runbookOf(rule) };
  return { type: 'alert.opened', timestamp: alert.notified_at ?? opened_at, data };
}
