import type { Db } from '../db/database.ts';
import { sameSecret, type Token } from '../lib/token.ts';
import type { Actor, RunnerActor } from './actor.ts';
import type { Role } from './schema.ts';

type Secrets = { secret_hash: Buffer; previous: Buffer | null };

const KEY_SQL = `
  select role, project_id, secret_hash,
         case when previous_secret_until > now() then previous_secret_hash end as previous
  from api_keys
  where id = $1 and revoked_at is null and (expires_at is null or expires_at > now())`;

// `offset 0`: by the index, however few or many are asked for.
const RUNNERS_SQL = `
  select found.*
  from json_array_elements_text($1) as asked(id), lateral (
    select id, project_id, holder_id, secret_hash,
           case when previous_secret_until > now() then previous_secret_hash end as previous
    from runners where id = asked.id::uuid and removed_at is null
    offset 0
  ) found`;

// The epoch of the live task is the authority: the credential dies in the moment the lease is given up or taken away.
const ATTEMPT_SQL = `
  select a.project_id, a.token_hash as secret_hash, null::bytea as previous
  from attempts a
  join live_tasks t on t.id = a.task_id and t.epoch = a.epoch and t.holder_id is not null
  where a.task_id = $1 and a.epoch = $2`;

/**
 * Whom a credential speaks for now; undefined when it is unknown, wrong, revoked, expired, or of an attempt that no
 * longer holds its lease. One look-up by primary key (0.1 ms). Enrolment tokens speak for nobody.
 */
export async function findActor(db: Db, token: Token): Promise<Actor | undefined> {
  if (token.prefix === 'whk') return findKey(db, token);
  if (token.prefix === 'whr') return (await findRunners(db, [token]))[0];
  if (token.prefix === 'wha') return findAttempt(db, token);
  return undefined;
}

async function findKey(db: Db, token: Token): Promise<Actor | undefined> {
  type Row = Secrets & { role: Role; project_id: string | null };
  const [row] = await db.query<Row>(KEY_SQL, [token.id], { name: 'members-key' });
  if (!row || !matches(token, row)) return undefined;
  return { kind: 'key', id: token.id, role: row.role, project_id: row.project_id };
}

/** As `findActor` for credentials of runners, by position, in one statement. */
export async function findRunners(db: Db, tokens: Token[]): Promise<(RunnerActor | undefined)[]> {
  type Row = Secrets & { id: string; project_id: string | null; holder_id: string | null };
  const asked_at = performance.now();
  const ids = JSON.stringify(tokens.map(({ id }) => id));
  const rows = await db.query<Row>(RUNNERS_SQL, [ids], { name: 'members-runners' });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return tokens.map((token) => {
    const row = byId.get(token.id);
    if (!row || !matches(token, row)) return undefined;
    const { id: runner_id, project_id, holder_id } = row;
    return { kind: 'runner', runner_id, project_id, session: { holder_id, asked_at } };
  });
}

async function findAttempt(db: Db, token: Token): Promise<Actor | undefined> {
  type Row = Secrets & { project_id: string };
  const { id: task_id, epoch = 0 } = token;
  // Beyond the column's type no attempt exists, and PostgreSQL would refuse the value.
  if (epoch > 2_147_483_647) return undefined;
  const [row] = await db.query<Row>(ATTEMPT_SQL, [task_id, epoch], { name: 'members-attempt' });
  if (!row || !matches(token, row)) return undefined;
  return { kind: 'attempt', task_id, epoch, project_id: row.project_id };
}

// Not `||`: both are compared, so that the time does not tell which of the two it was.
const matches = ({ secret_hash }: Token, row: Secrets): boolean =>
  [row.secret_hash, row.previous].map((stored) => sameSecret(secret_hash, stored)).includes(true);
