import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { type Actor, actorName } from '../members/actor.ts';
import { ALERT_COLUMNS, type AlertRow } from './alert-columns.ts';
import { readAlert } from './read.ts';
import { ALERT_MOVES, type AlertView } from './schema.ts';
import { toView } from './to-view.ts';

type Change = {
  id: string;
  actor: Actor;
  move: keyof typeof ALERT_MOVES;
  to: AlertView['state'];
  /** SQL; $3 is the name of the actor. */
  set: string;
};

/**
 * Moves an alert by a person's word, from the states of ALERT_MOVES, and calls `then` in the same transaction; in `to`
 * already it stays as it is. Refuses: not_found, invalid_state.
 */
export const changeAlert = (
  db: Db,
  { id, actor, move, to, set }: Change,
  then: (trx: Db, alert: AlertRow) => Promise<void>,
): Promise<AlertView> =>
  db.transaction(async (trx) => {
    const [changed] = await trx.query<AlertRow>(
      `update alerts set ${set} where id = $1 and ($2::uuid is null or project_id = $2) and state = any($4)
       returning ${ALERT_COLUMNS}`,
      [id, actor.project_id, actorName(actor), ALERT_MOVES[move]],
    );
    if (changed) {
      await then(trx, changed);
      return toView(changed);
    }
    const { deliveries: _, ...alert } = await readAlert(trx, id, actor.project_id);
    if (alert.state === to) return alert;
    throw new AppError('invalid_state', `The alert is ${alert.state}.`);
  });
