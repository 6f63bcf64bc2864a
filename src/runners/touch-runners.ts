import type { Context } from '../context.ts';
import type { Db } from '../db/database.ts';

/** A runner counts as offline after 45 s, and its poll is held for 25 s: 10 s late is early enough. */
const TOUCH_EVERY_MS = 10_000;

// Skips runners whose row is locked: whoever opens or closes a session at this moment writes the time as well.
const TOUCH_SQL = `
  update runners set last_seen_at = now()
  where id in (
    select id from runners where id = any($1) and holder_id is not null order by id for no key update skip locked
  )`;

type Presence = {
  connected: Map<string, number>;
  heard: Set<string>;
  timer: NodeJS.Timeout | undefined;
  lastMs: number;
};

const presences = new WeakMap<Context, Presence>();

/** Writes the time at which runners were last heard of. */
async function touchRunners(db: Db, runnerIds: string[]): Promise<void> {
  await db.query(TOUCH_SQL, [runnerIds], { name: 'runners-touch' });
}

/**
 * Notes that a runner was heard of, and for as long as `connected` has not fired, that it still is. One statement in 10 s
 * at most for all runners of this replica, however many poll; failures wait for the next one.
 */
export function touchRunner(context: Context, runnerId: string, connected?: AbortSignal): void {
  const presence = presences.get(context) ?? { connected: new Map(), heard: new Set(), timer: undefined, lastMs: -1e9 };
  presences.set(context, presence);
  presence.heard.add(runnerId);
  if (connected) hold(presence, runnerId, connected);
  schedule(context, presence);
}

function hold({ connected }: Presence, runnerId: string, signal: AbortSignal): void {
  if (signal.aborted) return;
  connected.set(runnerId, (connected.get(runnerId) ?? 0) + 1);
  const release = () => {
    const left = connected.get(runnerId)! - 1;
    if (left > 0) connected.set(runnerId, left);
    else connected.delete(runnerId);
  };
  signal.addEventListener('abort', release, { once: true });
}

function schedule(context: Context, presence: Presence): void {
  if (presence.timer) return;
  const dueInMs = Math.max(0, presence.lastMs + TOUCH_EVERY_MS - performance.now());
  presence.timer = setTimeout(() => void flush(context, presence), dueInMs).unref();
}

async function flush(context: Context, presence: Presence): Promise<void> {
  const runnerIds = [...new Set([...presence.heard, ...presence.connected.keys()])];
  presence.heard.clear();
  presence.lastMs = performance.now();
  presence.timer = undefined;
  if (!runnerIds.length) return;
  schedule(context, presence);
  await touchRunners(context.control, runnerIds).catch((error) => {
    context.log.debug({ err: error }, 'Noting which runners are online failed; tried again in 10 s');
    for (const id of runnerIds) presence.heard.add(id);
  });
}
