import type { Db } from '../db/database.ts';
import { type Actor, actorName } from '../members/actor.ts';
import { changeAlert } from './change-alert.ts';
import type { Telling } from './notify/queue-deliveries.ts';
import type { AlertView } from './schema.ts';
import { tellResolved } from './tell-resolved.ts';

const RESOLVE_SQL = `state = 'resolved', resolved_at = now(), resolved_by = $3`;

/**
 * Ends an alert. When its condition still holds it opens again, without being told within the cool-down. A repeat is
 * harmless. Refuses: not_found.
 */
export const resolveAlert = (db: Db, id: string, actor: Actor, telling: Telling): Promise<AlertView> =>
  changeAlert(db, { id, actor, move: 'resolve', to: 'resolved', set: RESOLVE_SQL }, (trx, alert) =>
    tellResolved(trx, [alert], actorName(actor), telling),
  );
