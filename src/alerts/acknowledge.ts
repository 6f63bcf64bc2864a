import type { Db } from '../db/database.ts';
import { type Actor, actorName } from '../members/actor.ts';
import { changeAlert } from './change-alert.ts';
import { recordAlertEvent } from './record-alert-event.ts';
import type { AlertView } from './schema.ts';

const ACKNOWLEDGE_SQL = `state = 'acknowledged', acknowledged_at = now(), acknowledged_by = $3`;

/**
 * Says that somebody looks after an alert: it stays, and others need not. A repeat is harmless.
 * Refuses: not_found; invalid_state when it is resolved.
 */
export const acknowledgeAlert = (db: Db, id: string, actor: Actor): Promise<AlertView> =>
  changeAlert(db, { id, actor, move: 'acknowledge', to: 'acknowledged', set: ACKNOWLEDGE_SQL }, (trx, alert) =>
    recordAlertEvent(trx, 'acknowledged', alert, actorName(actor)),
  );
