import { endParkings } from '../agents/end-parkings.ts';
import type { Config } from '../config.ts';
import type { Context, CoordinatorHealth } from '../context.ts';
import { expireQuestions } from '../questions/expire.ts';
import { countEnds } from '../tasks/count-ends.ts';
import type { TaskDesk } from '../tasks/desk.ts';
import { IdleAgents } from '../tasks/idle-agents.ts';
import { type Claimable, findOldestClaimable } from '../tasks/oldest-claimable.ts';
import { reapTasks } from '../tasks/reap.ts';
import { wakeTasks } from '../tasks/wake.ts';
import { auditInvariants, type Broken, healOrphans } from './audit.ts';
import { findProblem } from './find-problem.ts';
import { INVARIANTS, NO_ORPHANS } from './invariants.ts';
import { lookAtDatabase } from './look-at-database.ts';
import { type Duty, runDuty } from './loop.ts';
import { Reachability } from './reachability.ts';
import { dropOld } from './retain.ts';

const AUDIT_MS = 60_000;
/** Work that an idle agent could do is claimed within seconds. */
const STUCK_MS = 60_000;
const RETAIN_MS = 600_000;
const ROSTER_MS = 5000;
const QUESTIONS_MS = 1000;
const COUNT_MS = 5000;
/**
 * Part of a lease for which no replica may have looked at the database: holders renew at every third of a lease, so one
 * who renewed just before such a gap, and could not in it, still does in time after it. docs/decisions/0012.
 */
const MOST_GAP = 1 / 3;

/** The standing duties of a replica. Every replica has them all; there is no leader, and each is safe beside its twins. */
export class Coordinator {
  readonly #context: Context;
  readonly #desk: TaskDesk;
  readonly #idle: IdleAgents;
  readonly #stop = new AbortController();
  readonly #reachability: Reachability;
  #duties: Promise<unknown> = Promise.resolve();
  #unsubscribe: (() => void)[] = [];
  /** By the clock of the database. */
  lastReapAt: string | null = null;
  /** By the clock of performance.now(), which does not jump. */
  #reapedAt = performance.now();
  /** What the last audit of this replica found. */
  broken: Broken[] = [];

  constructor(context: Context, desk: TaskDesk) {
    this.#context = context;
    this.#desk = desk;
    this.#idle = new IdleAgents(desk);
    // Every renewal goes by these connections.
    this.#reachability = new Reachability(shortestLeaseMs(context.config), () => context.control.refusedAt());
  }

  /** Takes up its duties, and `more` that were made for it, and listens for what other replicas announce. */
  start(more: Duty[] = []): void {
    this.#reapedAt = performance.now();
    const { log, config } = this.#context;
    const duties: Duty[] = [
      { name: 'wake', everyMs: config.pollIntervalMs, run: () => this.#wake() },
      { name: 'tell dependants', everyMs: config.pollIntervalMs, run: () => this.#desk.tellDependants() },
      { name: 'reap', everyMs: reapEveryMs(config), run: () => this.#reap() },
      { name: 'close questions', everyMs: QUESTIONS_MS, run: () => this.#closeQuestions() },
      { name: 'look at agents', everyMs: ROSTER_MS, run: () => this.#desk.roster.refresh() },
      { name: 'probe agents', everyMs: config.pollIntervalMs, run: () => this.#desk.modelServers.prober.probeDue() },
      { name: 'end parkings', everyMs: config.pollIntervalMs, run: () => this.#endParkings() },
      { name: 'count ends', everyMs: COUNT_MS, run: () => this.#countEnds() },
      { name: 'audit', everyMs: AUDIT_MS, run: () => this.#audit() },
      { name: 'retain', everyMs: RETAIN_MS, run: (signal) => this.#retain(signal) },
      ...more,
    ];
    this.#duties = Promise.all(duties.map((duty) => runDuty(duty, log, this.#stop.signal)));
    const { replica_id } = this.#context;
    this.#unsubscribe = [
      // What this replica announced, it has looked for already.
      this.#context.subscribe('work', (from) => from === replica_id || this.#desk.dispatcher.poke()),
      this.#context.subscribe('agents', () => void this.#refreshAgents()),
    ];
  }

  /** Ends the duties and waits for the one under way. */
  async stop(): Promise<void> {
    this.#context.log.info('coordinator shutdown started');
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#stop.abort();
    this.#desk.dispatcher.stop();
    await this.#duties;
    this.#context.log.info('coordinator shutdown complete');
  }

  async health(): Promise<CoordinatorHealth> {
    const oldest = await findOldestClaimable(this.#context.control);
    return {
      oldest_claimable_ms: oldest?.waits_ms ?? null,
      last_claim_at: this.#desk.dispatcher.lastClaimAt,
      last_reap_at: this.lastReapAt,
      orphan_tasks: this.#orphans(),
      broken_invariants: this.broken.map(({ id }) => id),
      notify_round_trip_ms: null,
      problem: findProblem({
        broken: this.broken,
        sinceReapMs: performance.now() - this.#reapedAt,
        reapEveryMs: reapEveryMs(this.#context.config),
        stuck: this.#findStuck(oldest),
      }),
    };
  }

  #orphans = (): number => this.broken.find(({ id }) => id === NO_ORPHANS)?.broken ?? 0;

  #findStuck(oldest: Claimable | undefined) {
    if (!oldest || oldest.waits_ms < STUCK_MS) return undefined;
    const agent = this.#idle.find(oldest, STUCK_MS);
    return agent === undefined ? undefined : { waits_ms: oldest.waits_ms, agent };
  }

  async #wake(): Promise<number | undefined> {
    const { woken, next_in_ms } = await wakeTasks(this.#context.db);
    if (woken > 0) this.#desk.announceWork();
    return woken > 0 ? 0 : (next_in_ms ?? undefined);
  }

  async #reap(): Promise<number | undefined> {
    const { control, config } = this.#context;
    const mostGapMs = shortestLeaseMs(config) * MOST_GAP;
    const reachableMs = await this.#reachability.observe((refused) => lookAtDatabase(control, mostGapMs, refused));
    const maySeize = { pull: reachableMs >= config.leaseTtlMs, push: reachableMs >= config.pushLeaseTtlMs };
    const settled = await reapTasks(control, config, maySeize);
    this.lastReapAt = new Date(this.#reachability.lastOk!).toISOString();
    this.#reapedAt = performance.now();
    for (const one of settled) this.#desk.announceSettled(one);
    if (settled.length) this.#context.notify('directives');
    return settled.length ? 0 : undefined;
  }

  async #endParkings(): Promise<void> {
    if (!(await endParkings(this.#context.db))) return;
    for (const topic of ['agents', 'events']) this.#context.notify(topic);
  }

  async #closeQuestions(): Promise<number | undefined> {
    const closed = await expireQuestions(this.#context.db);
    if (!closed) return undefined;
    this.#context.notify('questions');
    this.#desk.announce();
    return 0;
  }

  async #audit(): Promise<void> {
    const { db, log } = this.#context;
    await healOrphans(db);
    const [row] = await db.query<{ since: string }>("select now() - interval '5 minutes' as since");
    const broken = await auditInvariants(db, row!.since);
    this.broken = broken;
    this.#tellBroken();
    for (const one of broken) log.error(one, 'An invariant is broken');
  }

  #tellBroken(): void {
    const { orphan_tasks, broken_invariants } = this.#context.metrics;
    orphan_tasks.set(this.#orphans());
    const found = new Map(this.broken.map(({ id, broken }) => [id, broken]));
    for (const { id: invariant } of INVARIANTS) broken_invariants.set({ invariant }, found.get(invariant) ?? 0);
  }

  async #countEnds(): Promise<number | undefined> {
    return (await countEnds(this.#context.db)) ? 0 : undefined;
  }

  async #retain(signal: AbortSignal): Promise<void> {
    const { db, config, log } = this.#context;
    // After a long stop there may be ends that are old enough to be dropped and were not counted.
    while (!signal.aborted && (await countEnds(db)));
    const dropped = await dropOld(db, config.retentionDays, signal);
    if (dropped) log.info({ dropped }, 'Old tasks and events dropped');
  }

  async #refreshAgents(): Promise<void> {
    // The duty above repeats it; a stale look only delays a claim.
    await this.#desk.roster.refresh().catch(() => {});
    this.#desk.dispatcher.poke();
  }
}

/**
 * At least every third of a lease: two looks that are more than a lease apart count as an outage, so that with short
 * leases and long pauses no lease was ever taken away.
 */
const reapEveryMs = (config: Config): number => Math.min(config.reapIntervalMs, shortestLeaseMs(config) / 3);

const shortestLeaseMs = ({ leaseTtlMs, pushLeaseTtlMs }: Config): number => Math.min(leaseTtlMs, pushLeaseTtlMs);
