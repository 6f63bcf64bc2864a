import { v7 as uuid } from 'uuid';
import type { Db } from '../../db/database.ts';
import type { AlertRow } from '../alert-columns.ts';
import { runbookOf } from '../rules.ts';
import type { AlertMessage } from './message.ts';

type Type = 'alert.opened' | 'alert.resolved';
/** Who is told, and how long an alert that opens again is not. */
export type Telling = { notifiers: string[]; cooldownMs: number };

/** When a network goes away a hundred agents are down at once: that is one thing to tell. */
const ONE_BY_ONE = 5;

// An end waits until the alert could not open again without being told: else the last word would be wrong.
const INSERT_SQL = `
  insert into alert_deliveries (id, alert_id, notifier, message, next_attempt_at)
  select d.id, d.alert_id, d.notifier, d.message,
    greatest(now(), a.notified_at + make_interval(secs => $5::float8 / 1000))
  from unnest($1::uuid[], $2::uuid[], $3::text[], $4::json[]) as d(id, alert_id, notifier, message)
  join alerts a on a.id = d.alert_id`;

/**
 * Makes the notifications of alerts that have opened or ended together, one for each notifier; more than five of a rule
 * are told as one. In the transaction of the change.
 */
export async function queueDeliveries(trx: Db, type: Type, alerts: AlertRow[], { notifiers, cooldownMs }: Telling) {
  const messages = [...Map.groupBy(alerts, ({ rule }) => rule).values()].flatMap((of) =>
    of.length > ONE_BY_ONE ? [toMessage(type, of[0]!, of.length)] : of.map((alert) => toMessage(type, alert, 1)),
  );
  const rows = messages.flatMap((message) => notifiers.map((notifier) => ({ message, notifier })));
  if (!rows.length) return;
  await trx.query(INSERT_SQL, [
    rows.map(() => uuid()),
    rows.map(({ message }) => message.data.id),
    rows.map(({ notifier }) => notifier),
    rows.map(({ message }) => JSON.stringify(message)),
    type === 'alert.resolved' ? cooldownMs : 0,
  ]);
}

function toMessage(type: Type, alert: AlertRow, together: number): AlertMessage {
  const { id, rule, subject, project_id, severity, detail, opened_at, count, notified_at, resolved_at } = alert;
  const summary = together > 1 ? `${together} alerts of ${rule}, such as: ${alert.summary}` : alert.summary;
  const data = { id, rule, subject, project_id, severity, summary, detail, opened_at, count, runbook: runbookOf(rule) };
  return { type, timestamp: resolved_at ?? notified_at ?? opened_at, data };
}
