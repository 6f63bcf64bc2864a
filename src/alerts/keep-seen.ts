import type { Db } from '../db/database.ts';
import type { Telling } from './notify/queue-deliveries.ts';
import { openAlerts } from './open-alerts.ts';
import { resolveUnseen } from './resolve-unseen.ts';
import type { AlertView } from './schema.ts';
import type { Seen } from './seen.ts';

/** Alerts opened by one look at most; the next one opens others. */
const AT_ONCE = 200;

type Unresolved = Pick<AlertView, 'id' | 'rule' | 'subject'> & { age_ms: number };
type How = {
  telling: Telling;
  forMs: number;
  /** Whether what was not seen may be over. */
  mayResolve: boolean;
};

const UNRESOLVED_SQL = `
  select id, rule, subject, (extract(epoch from now() - last_seen_at) * 1000)::float8 as age_ms
  from alerts where state <> 'resolved'`;

const TOUCH_SQL = `
  update alerts a set last_seen_at = now(), summary = s.summary, detail = s.detail
  from unnest($1::uuid[], $2::text[], $3::text[]) as s(id, summary, detail)
  where a.id = s.id and a.state <> 'resolved'`;

/**
 * Holds the alerts against what one look of a replica has seen: says of those that still hold that they do, opens what is
 * missing, resolves what nobody has seen for `forMs`. Safe beside its twins. Answers what it opened, and how many it resolved.
 */
export async function keepSeen(db: Db, seen: Seen[], { telling, forMs, mayResolve }: How) {
  const unresolved = await db.query<Unresolved>(UNRESOLVED_SQL, [], { name: 'alerts-unresolved' });
  const known = new Map(unresolved.map((alert) => [keyOf(alert), alert]));
  await touch(db, seen, known, forMs);
  const missing = seen.filter((one) => one.held && !known.has(keyOf(one))).slice(0, AT_ONCE);
  const opened = missing.length ? await openAlerts(db, missing, telling) : [];
  for (const one of seen) known.delete(keyOf(one));
  const over = mayResolve ? [...known.values()].filter(({ age_ms }) => age_ms > forMs).map(({ id }) => id) : [];
  return { opened, resolved: over.length ? await resolveUnseen(db, over, forMs, telling) : 0 };
}

/** Not with every look: the rows are written. */
async function touch(db: Db, seen: Seen[], known: Map<string, Unresolved>, forMs: number): Promise<void> {
  const due = seen.flatMap((one) => {
    const alert = known.get(keyOf(one));
    return alert && alert.age_ms > forMs / 4 ? [{ ...one, id: alert.id }] : [];
  });
  if (!due.length) return;
  const [ids, summaries] = [due.map(({ id }) => id), due.map(({ summary }) => summary)];
  await db.query(TOUCH_SQL, [ids, summaries, due.map(({ detail }) => detail)]);
}

const keyOf = ({ rule, subject }: { rule: string; subject: string }): string => `${rule}\n${subject}`;
