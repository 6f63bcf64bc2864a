import type { Context } from '../context.ts';
import type { Broken } from '../coordinator/audit.ts';
import { HeldSince } from './held-since.ts';
import { keepSeen } from './keep-seen.ts';
import type { Notifier } from './notify/notifier.ts';
import { tellingOf } from './notify/telling-of.ts';
import { OutageAlarm } from './outage-alarm.ts';
import { replicaName } from './replica-name.ts';
import type { AlertRule, Components, Scene } from './rule.ts';
import { RULES, type RuleName } from './rules.ts';
import { type Seen, toSeen } from './seen.ts';

/** What the watch of a replica is given. */
export type WatchParts = {
  context: Context;
  notifiers: Notifier[];
  /** This replica's health, as its page shows it. */
  readComponents(): Promise<Components>;
  /** What the last audit found. */
  readBroken(): Broken[];
};

/** A database that takes longer to answer has other worries than alerts. */
const ANSWER_MS = 2000;

/**
 * Opens alerts for what holds, and resolves those of what is over. Every replica has one: whichever sees a condition
 * first opens its alert, and it stays as long as any sees it.
 */
export class AlertWatch {
  readonly #parts: WatchParts;
  readonly #replica: string;
  readonly #held = new HeldSince();
  readonly #alarm: OutageAlarm;
  /** When looks began to go well one after the other, by performance.now(). */
  #since: number | null = null;
  #lastAt = 0;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#replica = replicaName(parts.context.config);
    this.#alarm = new OutageAlarm(parts.context, parts.notifiers);
  }

  /** One look at all rules; while the database is away only at those that take none. Refuses `unavailable`. */
  async look(stop: AbortSignal): Promise<void> {
    const began = this.#begin();
    const scene = await this.#scene();
    const isAway = await this.#isAway(scene.components);
    const names = (Object.keys(RULES) as RuleName[]).filter((rule) => !isAway || RULES[rule].scope === 'replica');
    const seen = (await Promise.all(names.map((rule) => this.#lookFor(rule, scene)))).flat();
    if (isAway) return this.#tellOutage(seen, stop);
    await this.#alarm.record(this.#parts.context.control);
    await this.#keep(seen, performance.now() - began >= this.#forMs);
    this.#since = began;
  }

  get #forMs(): number {
    return this.#parts.context.config.alertForMs;
  }

  /** After an outage, or a pause of this process, no alert has been seen for a while: none is over for that. */
  #begin(): number {
    const now = performance.now();
    const since = this.#since !== null && now - this.#lastAt < this.#forMs ? this.#since : now;
    this.#since = null;
    this.#lastAt = now;
    return since;
  }

  async #scene(): Promise<Scene> {
    const { context, readComponents, readBroken } = this.#parts;
    return { context, components: await readComponents(), broken: readBroken(), replica: this.#replica };
  }

  /** Not when only the API's pool has no connection to give: that is to be written down, and there is a way. */
  async #isAway({ database }: Components): Promise<boolean> {
    if (database?.status !== 'degraded') return false;
    return this.#parts.context.control.ping(ANSWER_MS).then(
      () => false,
      () => true,
    );
  }

  async #lookFor(rule: RuleName, scene: Scene): Promise<Seen[]> {
    const { look, at_once }: AlertRule = RULES[rule];
    const found = await look(scene);
    const subjects = found.map(({ subject }) => subject);
    const heldMs = this.#held.see(rule, subjects);
    return found.map((one, at) => toSeen(rule, one, at_once === true || heldMs[at]! >= this.#forMs));
  }

  async #tellOutage(seen: Seen[], stop: AbortSignal): Promise<void> {
    const outage = seen.find(
      ({ rule, subject, held }) => rule === 'WhooshHealthFailed' && subject === 'database' && held,
    );
    if (outage) await this.#alarm.tell(outage, stop);
  }

  async #keep(seen: Seen[], mayResolve: boolean): Promise<void> {
    const { context, notifiers } = this.#parts;
    const telling = tellingOf(context.config, notifiers);
    const { opened, resolved } = await keepSeen(context.control, seen, { telling, forMs: this.#forMs, mayResolve });
    for (const { id, rule, subject, summary } of opened)
      context.log.warn({ alert_id: id, rule, subject }, `Alert: ${summary}`);
    if (opened.length || resolved) context.notify('events');
  }
}
