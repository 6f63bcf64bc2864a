import type { Db } from '../db/database.ts';
import { recordEvent } from '../events/record.ts';
import { mintToken } from '../lib/token.ts';
import { actorName, type RunnerActor } from '../members/actor.ts';
import { lockRunner } from './lock-runner.ts';

// What stays valid is the secret of this very request, and its 24 hours do not begin anew: a runner whose answer was lost
// repeats with the old secret, and one that stored the new secret and asks again keeps that.
const ROTATE_SQL = `
  update runners set
    secret_hash = $2,
    previous_secret_hash = $3,
    previous_secret_until = case
      when previous_secret_hash = $3 and previous_secret_until > now() then previous_secret_until
      else now() + interval '24 hours' end
  where id = $1`;

/**
 * Gives a runner a new secret; the one it used for this request (`usedSecret`, its hash) stays valid for 24 hours.
 * `not_found` when it was removed.
 */
export function rotateRunnerCredential(db: Db, actor: RunnerActor, usedSecret: Buffer): Promise<string> {
  const { runner_id } = actor;
  const { token, secret_hash } = mintToken('whr', runner_id);
  return db.transaction(async (trx) => {
    const { project_id } = await lockRunner(trx, runner_id);
    await trx.query(ROTATE_SQL, [runner_id, secret_hash, usedSecret]);
    const event = { type: 'runner.credential_rotated', project_id, task_id: null, actor: actorName(actor) };
    await recordEvent(trx, { ...event, data: { runner_id } });
    return token;
  });
}
