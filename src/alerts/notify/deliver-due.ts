import type { Context } from '../../context.ts';
import type { Db } from '../../db/database.ts';
import { backoffMs } from '../../lib/backoff.ts';
import type { AlertMessage } from './message.ts';
import type { Notifier } from './notifier.ts';
import { trySend } from './try-send.ts';

/** Sent by one replica at once. */
const AT_ONCE = 10;
/** With the back-off below the last try is about two and a half hours after the first. */
const TRIES = 12;
const BACKOFF = { baseMs: 5000, capMs: 30 * 60_000 };

type Due = { id: string; notifier: string; message: AlertMessage; attempts: number };

// What is told of one alert goes in order. Nobody else finds them before a try must have ended: whoever dies meanwhile has it repeated then, under the same id.
const CLAIM_SQL = `
  with due as (
    select id from alert_deliveries w
    where delivered_at is null and gave_up_at is null and next_attempt_at <= now() and notifier = any($1)
      and not exists (
        select from alert_deliveries b
        where b.alert_id = w.alert_id and b.notifier = w.notifier and b.created_at < w.created_at
          and b.delivered_at is null and b.gave_up_at is null)
    order by next_attempt_at limit ${AT_ONCE}
    for update skip locked
  )
  update alert_deliveries d set attempts = attempts + 1, next_attempt_at = now() + interval '60 seconds'
  from due where d.id = due.id
  returning d.id, d.notifier, d.message, d.attempts`;

// By the number of the try: one that ended late must not undo the next.
const ENDED_SQL = `
  update alert_deliveries
  set answer = $3, delivered_at = case when $4 then now() end,
    gave_up_at = case when not $4 and attempts >= ${TRIES} then now() end,
    next_attempt_at = now() + make_interval(secs => $5::float8 / 1000)
  where id = $1 and attempts = $2`;

/**
 * Sends notifications that are due and that no other replica is sending, and keeps what the receivers answered. A try
 * that fails is repeated after longer and longer pauses, twelve times at most. Answers how many were due.
 */
export async function deliverDue({ control: db, log }: Context, notifiers: Notifier[], stop: AbortSignal) {
  const byName = new Map<string, Notifier>(notifiers.map((notifier) => [notifier.name, notifier]));
  const due = await db.query<Due>(CLAIM_SQL, [[...byName.keys()]], { name: 'alerts-due' });
  await Promise.all(
    due.map(async (one) => {
      const answer = await deliver(db, byName.get(one.notifier)!, one, stop);
      if (answer !== null)
        log.warn({ notifier: one.notifier, attempt: one.attempts }, `Not told of an alert: ${answer}`);
    }),
  );
  return due.length;
}

/** null when it was delivered, else why not. */
async function deliver(db: Db, notifier: Notifier, { id, message, attempts }: Due, stop: AbortSignal) {
  const { delivered, answer } = await trySend(notifier, id, message, stop);
  // This process ends: another one repeats it.
  if (stop.aborted && !delivered) return null;
  const waitMs = backoffMs(attempts, { ...BACKOFF, random: Math.random() });
  await db.query(ENDED_SQL, [id, attempts, answer, delivered, waitMs], { name: 'alerts-delivered' });
  return delivered ? null : answer;
}
