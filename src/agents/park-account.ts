import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { recordEvent } from '../events/record.ts';
import { actorName, type RunnerActor } from '../members/actor.ts';

type Limit = { account: string; parked_until: string; reason: string };

/** Longest a limit may last: monthly ones are the longest there are. */
const MOST_DAYS = 31;

// By the database's clock. A time that has passed parks nothing.
const PARK_SQL = `
  insert into parked_accounts (project_id, account, parked_until, reason)
  select $1::uuid, $2, $3::timestamptz, $4 where $3 > now()
  on conflict (project_id, account) do update set parked_until = excluded.parked_until, reason = excluded.reason
  where parked_accounts.parked_until < excluded.parked_until
  returning parked_until`;

/**
 * The account has used up a limit of its provider: no agent of it gets work until `parked_until`; of two times the later
 * counts. Only for the runner's own agents: `not_found` when none of them works on the account. `invalid_request` when the
 * time is more than 31 days ahead.
 */
export function parkAccount(
  db: Db,
  actor: RunnerActor,
  { account, parked_until, reason }: Limit,
): Promise<{ parked: boolean }> {
  const { project_id, runner_id } = actor;
  return db.transaction(async (trx) => {
    await requireAccount(trx, runner_id, account);
    await requireNear(trx, parked_until);
    const parked = (await trx.query(PARK_SQL, [project_id, account, parked_until, reason])).length > 0;
    const data = { account, parked_until, reason };
    const event = { type: 'account.parked', project_id, task_id: null, actor: actorName(actor), data };
    if (parked) await recordEvent(trx, event);
    return { parked };
  });
}

async function requireAccount(trx: Db, runnerId: string, account: string): Promise<void> {
  const sql = 'select 1 from agents where runner_id = $1 and account = $2 and removed_at is null limit 1';
  if ((await trx.query(sql, [runnerId, account])).length) return;
  throw new AppError('not_found', `No agent of this runner works on the account "${account}".`);
}

async function requireNear(trx: Db, parkedUntil: string): Promise<void> {
  const sql = 'select $1::timestamptz > now() + make_interval(days => $2) as far';
  const [row] = await trx.query<{ far: boolean }>(sql, [parkedUntil, MOST_DAYS]);
  if (!row!.far) return;
  const message = `expected a time within ${MOST_DAYS} days`;
  throw new AppError('invalid_request', `parked_until: ${message}.`, { errors: [{ path: 'parked_until', message }] });
}
