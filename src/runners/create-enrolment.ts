import { v7 as uuid } from 'uuid';
import type { Db } from '../db/database.ts';
import { recordEvent } from '../events/record.ts';
import { mintToken } from '../lib/token.ts';
import { type Actor, actorName } from '../members/actor.ts';

type Enrolment = { token: string; expires_at: string };
type Options = { project_id: string | null; ttl_ms: number };

const CREATE_SQL = `
  insert into enrolment_tokens (id, project_id, secret_hash, created_by, expires_at)
  values ($1, $2, $3, $4, now() + $5 * interval '1 millisecond')
  returning expires_at`;

/** Makes a token with which one machine may become a runner, once, within `ttl_ms` milliseconds. */
export function createEnrolment(db: Db, actor: Actor, { project_id, ttl_ms }: Options): Promise<Enrolment> {
  const id = uuid();
  const { token, secret_hash } = mintToken('whe', id);
  const by = actorName(actor);
  return db.transaction(async (trx) => {
    const [row] = await trx.query<{ expires_at: string }>(CREATE_SQL, [id, project_id, secret_hash, by, ttl_ms]);
    const { expires_at } = row!;
    const data = { enrolment_id: id, expires_at };
    await recordEvent(trx, { type: 'enrolment.created', project_id, task_id: null, actor: by, data });
    return { token, expires_at };
  });
}
