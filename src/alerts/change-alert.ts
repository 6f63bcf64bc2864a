import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { Actor } from '../members/actor.ts';
import { ALERT_COLUMNS } from './alert-columns.ts';
import { readAlert } from './read.ts';
import { recordAlertEvent } from './record-alert-event.ts';
import { ALERT_MOVES, type AlertView } from './schema.ts';
import { toView } from './to-view.ts';

type Change = {
  id: string;
  move: keyof typeof ALERT_MOVES;
  to: 'acknowledged' | 'resolved';
  /** SQL; $3 is `by`. */
  set: string;
  actor: Actor;
  by: string;
};

/** Moves an alert by a person's word, from the states of ALERT_MOVES, with its event; in `to` already it stays as it is. */
export const changeAlert = (db: Db, { id, move, to, set, actor, by }: Change): Promise<AlertView> =>
  db.transaction(async (trx) => {
    const [changed] = await trx.query<Omit<AlertView, 'runbook'>>(
      `update alerts set ${set} where id = $1 and ($2::uuid is null or project_id = $2) and state = any($4)
       returning ${ALERT_COLUMNS}`,
      [id, actor.project_id, by, ALERT_MOVES[move]],
    );
    if (changed) {
      await recordAlertEvent(trx, to, changed, by);
      return toView(changed);
    }
    const { deliveries: _, ...alert } = await readAlert(trx, id, actor.project_id);
    if (alert.state === to) return alert;
    throw new AppError('invalid_state', `The alert is ${alert.state}.`);
  });
