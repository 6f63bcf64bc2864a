import type { Db } from '../db/database.ts';
import { ALERT_COLUMNS, type AlertRow } from './alert-columns.ts';
import type { AlertMessage } from './notify/message.ts';
import { recordAlertEvent } from './record-alert-event.ts';
import type { Seen } from './seen.ts';

/** What was told while nothing could be written. */
export type RecordedOutage = {
  seen: Seen;
  message: AlertMessage;
  /** Since it was first told. */
  ageMs: number;
  deliveries: { id: string; notifier: string; attempts: number; delivered: boolean; answer: string }[];
};

const AT = `now() - make_interval(secs => $1::float8 / 1000)`;

// Another replica may have written down the same outage, or have an alert open that is about the same.
const ALERT_SQL = `
  insert into alerts (id, rule, subject, severity, summary, detail, opened_at, notified_at)
  values ($2, $3, $4, $5, $6, $7, ${AT}, case when $8 then ${AT} end)
  on conflict do nothing
  returning ${ALERT_COLUMNS}`;

// What no receiver took yet is due.
const DELIVERIES_SQL = `
  insert into alert_deliveries (id, alert_id, notifier, message, attempts, delivered_at, answer, created_at)
  select d.id, a.id, d.notifier, $4, d.attempts, case when d.delivered then ${AT} end, d.answer, ${AT}
  from alerts a, json_to_recordset($5) as d(id uuid, notifier text, attempts smallint, delivered boolean, answer text)
  where a.rule = $2 and a.subject = $3 and a.state <> 'resolved'
  on conflict do nothing`;

/** Writes an outage down as an alert with its deliveries, once it is over; one that another replica wrote down stays. */
export const recordOutage = (db: Db, { seen, message, ageMs, deliveries }: RecordedOutage): Promise<void> =>
  db.transaction(async (trx) => {
    const { rule, subject, severity, summary, detail } = seen;
    const [opened] = await trx.query<AlertRow>(ALERT_SQL, [
      ageMs,
      message.data.id,
      rule,
      subject,
      severity,
      summary,
      detail,
      deliveries.length > 0,
    ]);
    if (opened) await recordAlertEvent(trx, 'opened', opened, 'coordinator');
    if (!deliveries.length) return;
    const rows = JSON.stringify(deliveries);
    await trx.query(DELIVERIES_SQL, [ageMs, rule, subject, JSON.stringify(message), rows]);
  });
