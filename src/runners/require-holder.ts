import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { Recent } from '../lib/recent.ts';
import type { RunnerActor } from '../members/actor.ts';

type Holder = { runner_id: string; current: boolean; open: string | null };
/** Whether a holder may be given work, and which one of its runner may. */
type Standing = Omit<Holder, 'runner_id'>;

const HOLDER_SQL = `
  select h.runner_id, h.ended_at is null and r.holder_id is not distinct from h.id as current, r.holder_id as open
  from holders h join runners r on r.id = h.runner_id
  where h.id = $1`;

const BELIEVED_MS = 1000;

// Whose a holder is never changes; whether it is the current one is believed for a second. Ids are unique, so what one
// database of this process says can be kept for all of them.
const recent = new Recent<Holder>(10_000, BELIEVED_MS);
let forgottenAt = 0;

/**
 * Makes sure that a holder belongs to the runner that names it; `not_found` when not. `current` is false once a newer
 * session was opened or this one has ended: known here within a second, which is safe, as the epoch fences every write.
 */
export async function requireHolder(db: Db, actor: RunnerActor, holderId: string): Promise<Standing> {
  // An idle runner polls every 25 s, and its credential was looked up for that a millisecond ago.
  if (isKnown(actor, holderId)) return { current: true, open: holderId };
  const holder = recent.get(holderId) ?? (await findHolder(db, holderId));
  if (holder?.runner_id === actor.runner_id) return holder;
  throw new AppError('not_found', `Holder ${holderId} is not one of this runner.`);
}

function isKnown({ session }: RunnerActor, holderId: string): boolean {
  if (session?.holder_id !== holderId) return false;
  return session.asked_at > Math.max(forgottenAt, performance.now() - BELIEVED_MS);
}

/** Forgets what is known of holders, when a session has begun or ended somewhere. */
export function forgetHolders(): void {
  forgottenAt = performance.now();
  recent.clear();
}

async function findHolder(db: Db, holderId: string): Promise<Holder | undefined> {
  const [holder] = await db.query<Holder>(HOLDER_SQL, [holderId], { name: 'runners-holder' });
  if (holder) recent.set(holderId, holder);
  return holder;
}
