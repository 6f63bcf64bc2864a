import { v7 as uuid } from 'uuid';
import type { Db } from '../db/database.ts';
import { ALERT_COLUMNS, type AlertRow } from './alert-columns.ts';
import { queueDeliveries, type Telling } from './notify/queue-deliveries.ts';
import { recordAlertEvent } from './record-alert-event.ts';
import type { Seen } from './seen.ts';

/** `notify`: it was not told within the cool-down. */
type Opened = AlertRow & { notify: boolean };

const AGO = `now() - make_interval(secs => $5::float8 / 1000)`;
const OPENED = `returning ${ALERT_COLUMNS}, notified_at is not distinct from now() as notify`;

// The latest alert of the same, when it has ended within the cool-down.
const AGAIN_SQL = `
  update alerts set state = 'open', count = count + 1, last_seen_at = now(), summary = $3, detail = $4,
    acknowledged_at = null, acknowledged_by = null, resolved_at = null, resolved_by = null,
    notified_at = case when $6 and coalesce(notified_at < ${AGO}, true) then now() else notified_at end
  where state = 'resolved' and resolved_at > ${AGO}
    and id = (select id from alerts where rule = $1 and subject = $2 order by id desc limit 1)
  ${OPENED}`;

const NEW_SQL = `
  insert into alerts (id, rule, subject, summary, detail, severity, project_id, notified_at)
  select $7, $1, $2, $3, $4, $8, $9, case when $6 then now() end
  where $5::float8 is not null
  on conflict (rule, subject) where state <> 'resolved' do nothing
  ${OPENED}`;

// Its end was not told yet, and is not true any more.
const WITHDRAW_SQL = `
  delete from alert_deliveries where alert_id = any($1) and attempts = 0 and message->>'type' = 'alert.resolved'`;

/**
 * Opens an alert for each condition, unless there is one that is not resolved: then another replica was first. One that
 * ended within the cool-down is opened again. In the same transaction the event is recorded, and the notifications are
 * made, which any replica delivers. Answers the alerts that it opened.
 */
export const openAlerts = (db: Db, seen: Seen[], telling: Telling): Promise<Opened[]> =>
  db.transaction(async (trx) => {
    const opened: Opened[] = [];
    for (const one of seen) opened.push(...(await openAlert(trx, one, telling)));
    await trx.query(WITHDRAW_SQL, [opened.map(({ id }) => id)]);
    for (const alert of opened) await recordAlertEvent(trx, 'opened', alert, 'coordinator');
    const unknown = opened.filter(({ notify }) => notify);
    await queueDeliveries(trx, 'alert.opened', unknown, telling);
    return opened;
  });

async function openAlert(trx: Db, seen: Seen, { notifiers, cooldownMs }: Telling): Promise<Opened[]> {
  const { rule, subject, summary, detail, severity, project_id } = seen;
  const values = [rule, subject, summary, detail, cooldownMs, notifiers.length > 0];
  const again = await trx.query<Opened>(AGAIN_SQL, values);
  return again.length ? again : trx.query<Opened>(NEW_SQL, [...values, uuid(), severity, project_id]);
}
