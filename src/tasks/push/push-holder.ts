import { setTimeout as pause } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import type { Grant } from '../attempt-schema.ts';
import type { TaskDesk } from '../desk.ts';
import { heartbeatAttempts } from '../heartbeat.ts';
import { redeliverGrants } from '../redeliver.ts';
import { HeldAttempt } from './held-attempt.ts';
import { endHolder, keepHolder } from './holder-row.ts';
import { RestingAgents } from './resting-agents.ts';
import { slotsOfOthers } from './slots-of-others.ts';
import { wantedSlots } from './wanted-slots.ts';

/** How often the replica says that it is still there. */
const KEEP_MS = 3_600_000;
/** What is handed back at the end, and the database does not take by then, comes back by its lease. */
const FAREWELL_MS = 5000;

type State = 'running' | 'draining' | 'releasing';

/**
 * The replica as the holder of attempts of model servers: claims them with one standing wait for all agents, renews all
 * its leases with one statement, and ends calls whose lease was lost, whose task was cancelled, or whose agent may not be
 * called any more. Safe beside other replicas: who has a slot is decided by the claim, what here is known of the slots of
 * others only keeps most claims from being refused.
 */
export class PushHolder {
  readonly holder_id = uuid();
  readonly #desk: TaskDesk;
  readonly #held = new Map<string, HeldAttempt>();
  readonly #resting = new RestingAgents(() => this.#look());
  #others = new Map<string, number>();
  /** Ends the wait for work under way, so that it is begun anew. */
  #turn = new AbortController();
  /** What that wait asks for. */
  #asked = '';
  #claiming: Promise<void> = Promise.resolve();
  #renewing: Promise<void> | undefined;
  #state: State = 'running';
  /** Resolved when what still runs is to be handed back. */
  readonly #limit = Promise.withResolvers<void>();
  #stopping: Promise<void> | undefined;
  #timers: NodeJS.Timeout[] = [];
  #unsubscribe: (() => void)[] = [];

  constructor(desk: TaskDesk) {
    this.#desk = desk;
  }

  /** Begins to claim. */
  async start(): Promise<void> {
    const { context, roster } = this.#desk;
    await keepHolder(context.db, this.holder_id);
    this.#timers = [
      setInterval(() => this.#renew(), context.config.pushLeaseTtlMs / 3),
      setInterval(() => this.#keep(), KEEP_MS),
    ];
    this.#unsubscribe = [
      context.subscribe('directives', () => void (this.#held.size && this.#renew())),
      roster.onRefresh(() => void this.#meet()),
    ];
    this.#claiming = this.#claim();
    // The coordinator's look may be over; the next one repeats it.
    await roster.refresh().catch(() => {});
  }

  /**
   * Claims no more, gives what runs DRAIN_LIMIT_MS to end, hands the rest back, which does not count as an attempt.
   * `atOnce` does not wait, also on a second call. Settles when nothing is left here.
   */
  stop({ atOnce }: { atOnce: boolean }): Promise<void> {
    if (atOnce) this.#limit.resolve();
    this.#stopping ??= this.#drain();
    return this.#stopping;
  }

  async #drain(): Promise<void> {
    this.#state = 'draining';
    this.#turn.abort();
    await this.#claiming;
    const timer = setTimeout(this.#limit.resolve, this.#desk.context.config.drainLimitMs);
    await Promise.race([this.#limit.promise, this.#allDone()]);
    clearTimeout(timer);
    await this.#leave();
  }

  async #leave(): Promise<void> {
    this.#state = 'releasing';
    for (const attempt of this.#held.values()) attempt.stop('released');
    await Promise.race([this.#allDone(), pause(FAREWELL_MS, undefined, { ref: false })]);
    for (const attempt of this.#held.values()) attempt.drop();
    for (const timer of this.#timers) clearInterval(timer);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#resting.stop();
    await this.#renewing;
    // Only for the record: a row that stays is dropped for its age.
    await endHolder(this.#desk.context.control, this.holder_id).catch(() => {});
  }

  async #allDone(): Promise<void> {
    while (this.#held.size) await Promise.all([...this.#held.values()].map(({ done }) => done));
  }

  async #claim(): Promise<void> {
    const { dispatcher, context } = this.#desk;
    while (this.#state === 'running') {
      this.#turn = new AbortController();
      const { signal } = this.#turn;
      const wants = this.#wants();
      this.#asked = JSON.stringify(wants);
      const giveBack = (grants: Grant[]) => this.#take(grants);
      const lease_ttl_ms = context.config.pushLeaseTtlMs;
      const { holder_id } = this;
      const grants = await dispatcher.waitForWork({ holder_id, lease_ttl_ms, wants, signal, giveBack });
      this.#take(grants);
      // Without anything to ask for, or when the dispatcher has stopped, the answer comes at once.
      if (!grants.length) await over(signal);
    }
  }

  #wants() {
    const own = new Map<string, number>();
    for (const { agent_id, slots } of this.#held.values()) own.set(agent_id, (own.get(agent_id) ?? 0) + slots);
    return wantedSlots(this.#desk.roster.agents(), { own, others: this.#others, isResting: this.#resting.has });
  }

  /** Asks anew when something else is wanted than what is asked for. */
  #look(): void {
    if (this.#state === 'running' && this.#asked !== JSON.stringify(this.#wants())) this.#turn.abort();
  }

  #take(grants: Grant[]): void {
    for (const grant of grants) {
      const key = `${grant.task_id}/${grant.epoch}`;
      if (this.#held.has(key)) continue;
      const attempt = new HeldAttempt({ desk: this.#desk, holder_id: this.holder_id, resting: this.#resting }, grant);
      this.#held.set(key, attempt);
      void attempt.done.then(() => {
        this.#held.delete(key);
        this.#look();
      });
      if (this.#state !== 'running') attempt.stop('released');
    }
  }

  /** The agents were read anew: those that are not to be called any more give their work back. */
  async #meet(): Promise<void> {
    const { roster, context } = this.#desk;
    for (const attempt of this.#held.values()) {
      const agent = roster.get(attempt.agent_id);
      if (!agent || agent.status === 'pending') attempt.stop('released');
    }
    // What was known before is good enough until the next time.
    this.#others = await slotsOfOthers(context.db, this.holder_id).catch(() => this.#others);
    this.#look();
  }

  #renew(): void {
    this.#renewing ??= this.#renewAll()
      .catch((error) => this.#desk.context.log.warn({ err: error }, 'Renewing leases failed and will be repeated'))
      .finally(() => {
        this.#renewing = undefined;
        this.#dropSilent();
      });
  }

  async #renewAll(): Promise<void> {
    const { control, config } = this.#desk.context;
    const sentAt = performance.now();
    const held = [...this.#held.values()];
    if (held.length) {
      const lease_ttl_ms = config.pushLeaseTtlMs;
      const directives = await heartbeatAttempts(
        control,
        held.map(({ ref }) => ({ ...ref, lease_ttl_ms })),
      );
      for (const [at, { directive }] of directives.entries()) obey(held[at]!, directive, sentAt);
    }
    // Claims that were stored, but whose answer was lost.
    if (this.#state === 'running')
      this.#take(
        await redeliverGrants(
          this.#desk,
          this.holder_id,
          held.map(({ ref }) => ref),
        ),
      );
  }

  /** Longer than that, others may have the work: what still runs here costs money and helps nobody. */
  #dropSilent(): void {
    const { pushLeaseTtlMs, leaseGraceMs } = this.#desk.context.config;
    for (const attempt of this.#held.values())
      if (performance.now() - attempt.renewedAt > pushLeaseTtlMs + leaseGraceMs) attempt.drop();
  }

  #keep(): void {
    keepHolder(this.#desk.context.db, this.holder_id).catch((error) =>
      this.#desk.context.log.warn({ err: error }, 'The replica could not be kept known as a holder'),
    );
  }
}

function obey(attempt: HeldAttempt, directive: 'continue' | 'cancel' | 'stop', at: number): void {
  if (directive === 'stop') attempt.drop();
  else attempt.renewedAt = at;
  if (directive === 'cancel') attempt.stop('cancelled');
}

const over = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
