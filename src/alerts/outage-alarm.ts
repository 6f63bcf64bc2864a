import type { Context } from '../context.ts';
import type { Db } from '../db/database.ts';
import type { AlertMessage } from './notify/message.ts';
import type { Notifier } from './notify/notifier.ts';
import { type Tried, trySend } from './notify/try-send.ts';
import { outageIds } from './outage-ids.ts';
import { type RecordedOutage, recordOutage } from './record-outage.ts';
import { runbookOf } from './rules.ts';
import type { Seen } from './seen.ts';

/** A receiver that took none of so many tries is told by the database's queue, once that is back. */
const TRIES = 12;

type Telling = Tried & { id: string; tries: number };
type Outage = { seen: Seen; message: AlertMessage; since: number; told: Map<string, Telling> };

/**
 * Tells that the database is away, of which nothing can be written there: from memory, at once. Each replica that was
 * running tells it by itself, since they have nothing else in common; the ids of webhooks are the same for all of them.
 */
export class OutageAlarm {
  readonly #context: Context;
  readonly #notifiers: Notifier[];
  #outage: Outage | null = null;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(context: Context, notifiers: Notifier[]) {
    this.#context = context;
    this.#notifiers = notifiers;
  }

  /** To be called while the outage lasts, again and again: receivers that did not answer are tried again. */
  async tell(seen: Seen, stop: AbortSignal): Promise<void> {
    this.#outage ??= this.#begin(seen);
    const { told, message } = this.#outage;
    const due = [...told].filter(([, { delivered, tries }]) => !delivered && tries < TRIES);
    await Promise.all(
      due.map(async ([name, { id, tries }]) => {
        const notifier = this.#notifiers.find((one) => one.name === name)!;
        told.set(name, { id, tries: tries + 1, ...(await trySend(notifier, id, message, stop)) });
      }),
    );
  }

  /** The database is back: writes down what was told meanwhile, as an alert that resolves like any other. */
  async record(db: Db): Promise<void> {
    if (!this.#outage) return;
    const { seen, message, since, told } = this.#outage;
    const deliveries = [...told].map(([notifier, { tries, ...of }]) => ({ notifier, attempts: tries, ...of }));
    const outage: RecordedOutage = { seen, message, ageMs: performance.now() - since, deliveries };
    await recordOutage(db, outage);
    this.#outage = null;
    this.#context.notify('events');
  }

  #begin(seen: Seen): Outage {
    const { config, log } = this.#context;
    log.warn({ rule: seen.rule, subject: seen.subject }, `Alert: ${seen.summary}`);
    const since = performance.now();
    const tells = since - this.#toldAt > config.alertCooldownMs ? this.#notifiers : [];
    if (tells.length) this.#toldAt = since;
    const ids = outageIds(config, Date.now());
    const told = new Map(
      tells.map(({ name }) => [name as string, { id: ids.of(name), tries: 0, delivered: false, answer: '' }]),
    );
    return { seen, message: toMessage(ids.alert, seen), since, told };
  }
}

function toMessage(id: string, { rule, subject, project_id, severity, summary, detail }: Seen): AlertMessage {
  // By this replica's clock, for want of another; it is for people.
  const timestamp = new Date().toISOString();
  const runbook = runbookOf(rule);
  const data = { id, rule, subject, project_id, severity, summary, detail, opened_at: timestamp, count: 1, runbook };
  return { type: 'alert.opened', timestamp, data };
}
