import { v7 as uuid } from 'uuid';
import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { recordEvent } from '../events/record.ts';
import { mintToken, parseToken, sameSecret, type Token } from '../lib/token.ts';

type Credential = { runner_id: string; credential: string };

// One update decides who used the token, on whichever replica; the runner exists only if it did.
const ENROL_SQL = `
  with token as (
    update enrolment_tokens set used_at = now(), runner_id = $2
    where id = $1 and used_at is null and expires_at > now()
    returning project_id
  )
  insert into runners (id, project_id, name, secret_hash)
  select $2, project_id, $3, $4 from token
  returning project_id`;

/**
 * Turns an enrolment token into a runner; `credential` exists in the answer only. `unauthenticated` when the token is
 * not one of ours, `enrolment_used` when it was used or has expired.
 */
export async function enrolRunner(db: Db, text: string, name: string): Promise<Credential> {
  const { id: tokenId } = await requireToken(db, text);
  const runner_id = uuid();
  const { token: credential, secret_hash } = mintToken('whr', runner_id);
  return db.transaction(async (trx) => {
    const [runner] = await trx.query<{ project_id: string | null }>(ENROL_SQL, [tokenId, runner_id, name, secret_hash]);
    if (!runner) throw new AppError('enrolment_used', 'This enrolment token was used or has expired.');
    const data = { runner_id, name, enrolment_id: tokenId };
    const { project_id } = runner;
    await recordEvent(trx, { type: 'runner.enrolled', project_id, task_id: null, actor: `enrolment:${tokenId}`, data });
    return { runner_id, credential };
  });
}

async function requireToken(db: Db, text: string): Promise<Token> {
  const token = parseToken(text);
  const [row] =
    token?.prefix === 'whe'
      ? await db.query<{ secret_hash: Buffer }>('select secret_hash from enrolment_tokens where id = $1', [token.id])
      : [];
  if (token && row && sameSecret(token.secret_hash, row.secret_hash)) return token;
  throw new AppError('unauthenticated', 'The enrolment token is not one of this server.');
}
