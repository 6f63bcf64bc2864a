import type { Roster } from '../agents/roster.ts';
import type { Db } from '../db/database.ts';
import type { Log } from '../lib/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Assignment, assign, type FreeAgent, type Queue } from './assign.ts';
import type { Grant } from './attempt-schema.ts';
import { claimTasks } from './claim.ts';
import { isSpent } from './is-spent.ts';
import { LastLook } from './last-look.ts';
import type { NeedsClasses } from './needs-classes.ts';
import { planClaim, toGrant } from './plan-claim.ts';
import { readHeads } from './read-heads.ts';
import { Servable } from './servable.ts';
import { SitOut } from './sit-out.ts';
import { Turns } from './turns.ts';
import { type Claimer, type Waiting, WaitingRoom } from './waiting-room.ts';

type Parts = {
  control: Db;
  roster: Roster;
  classes: NeedsClasses;
  log: Log;
  metrics: Metrics;
  pollIntervalMs: number;
  /** Called when something was claimed. */
  announce(): void;
};

/** Most tasks that one round grants; the next round follows at once. */
const ROUND = 200;
/** So often a round that got nothing is repeated at once: others are faster then, or hold what was planned under lock. */
const MOST_FRUITLESS = 3;

/**
 * Brings waiting holders and queued tasks together in rounds: read the fronts of the queues, decide (`assign`), claim
 * what was decided in one guarded statement. After news (`poke`) the round is for all holders that wait at this replica,
 * else for those that came since, as the others have seen that there is nothing for them; and who comes when the last
 * look found nothing and there was no news since needs none: 2,000 idle runners poll 80 times a second. Rounds never
 * overlap; a poke during one starts another. A poke is only a hint: while anybody waits, a poll every second finds what
 * no notification told of.
 */
export class Dispatcher {
  readonly #parts: Parts;
  readonly #waiting: WaitingRoom;
  /** Those who came, or missed what was planned for them, since everybody looked. */
  #newcomers = new Set<Waiting>();
  /** Something has happened that is for everybody to look at. */
  #news = true;
  readonly #lastLook: LastLook;
  /** Somebody came with an agent that this replica does not know. */
  #strangers = false;
  /** Claims of an agent since it last took the oldest task it could; of agents that this replica knows. */
  readonly #sinceOldest = new Map<string, number>();
  readonly #servable: Servable;
  readonly #sitOut = new SitOut();
  readonly #turns = new Turns();
  /** Rounds in a row that granted nothing. */
  #fruitless = 0;
  #round: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  /** By the clock of the database. */
  lastClaimAt: string | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#lastLook = new LastLook(2 * parts.pollIntervalMs);
    this.#servable = new Servable(parts.roster, parts.classes);
    this.#waiting = new WaitingRoom(parts.roster, parts.classes, this.#servable);
  }

  /** Waits until there is work for the claimer or its signal ends the wait; then the answer is empty. */
  async waitForWork(claimer: Claimer): Promise<Grant[]> {
    const answer = this.#enter(claimer);
    if (this.#newcomers.size) this.#start();
    else this.#lookLater();
    return answer;
  }

  /** Looks once for work that the claimer can have this moment. */
  async claimNow(claimer: Omit<Claimer, 'signal'>): Promise<Grant[]> {
    const once = new AbortController();
    this.#lastLook.forget();
    const answer = this.waitForWork({ ...claimer, signal: once.signal });
    // The first round may have begun before this claimer joined; the second has surely seen it.
    await this.#round;
    await this.#round;
    once.abort();
    return answer;
  }

  /** Something may have become claimable. */
  poke(): void {
    this.#news = true;
    this.#lastLook.forget();
    this.#sitOut.hear();
    this.#start();
  }

  /** Nobody waits any more, now or later; holders are answered with nothing. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const waiting of this.#waiting) waiting.answer([]);
    this.#waiting.clear();
  }

  async #enter(claimer: Claimer): Promise<Grant[]> {
    if (this.#stopped || claimer.signal.aborted || !claimer.wants.length) return [];
    const { promise, resolve } = Promise.withResolvers<Grant[]>();
    const waiting: Waiting = { ...claimer, answer: resolve };
    const leave = () => resolve([]);
    claimer.signal.addEventListener('abort', leave, { once: true });
    this.#waiting.enter(waiting);
    this.#strangers ||= claimer.wants.some(({ agent_id }) => !this.#parts.roster.get(agent_id));
    if (!this.#hasSeen(waiting)) this.#newcomers.add(waiting);
    // What it was refused a moment ago it may have the slots for now.
    this.#sitOut.hear();
    return promise.finally(() => {
      claimer.signal.removeEventListener('abort', leave);
      this.#waiting.leave(waiting);
      this.#newcomers.delete(waiting);
    });
  }

  /** Whether everybody's last look, a moment ago, found nothing of all that the holder could do. */
  #hasSeen({ wants }: Waiting): boolean {
    return wants.every(({ agent_id }) => {
      const agent = this.#parts.roster.get(agent_id);
      return agent && this.#lastLook.foundNone(this.#servable.classesOf(agent_id), agent.project_id);
    });
  }

  #start(): void {
    this.#again = true;
    this.#fruitless = 0;
    if (!this.#round && this.#waiting.size) this.#round = this.#run();
  }

  #lookLater(): void {
    const lookNow = () => {
      this.#timer = undefined;
      this.poke();
    };
    if (this.#waiting.size) this.#timer ??= setTimeout(lookNow, this.#parts.pollIntervalMs * (0.5 + Math.random()));
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && this.#waiting.size) {
        this.#again = false;
        await this.#claimRound();
      }
    } catch (error) {
      // The poll below tries again; whoever waits is told of the outage by its next heartbeat.
      this.#parts.log.warn({ err: error }, 'Claiming failed');
    }
    this.#round = undefined;
    this.#lookLater();
  }

  async #claimRound(): Promise<void> {
    this.#sitOut.beginRound();
    const strangers = this.#strangers;
    this.#strangers = false;
    if (strangers) await this.#parts.roster.refresh();
    const isForAll = this.#news;
    const newcomers = this.#newcomers;
    this.#news = false;
    this.#newcomers = new Set();
    const asked = isForAll ? this.#waiting : newcomers;
    if (!asked.size) return;
    const limit = Math.min(ROUND, slotsOf(asked));
    const { queues, shares, learned } = await this.#read(isForAll ? undefined : newcomers, limit);
    const able = this.#waiting.ableTo(queues.map(({ class_id }) => class_id));
    const waiting = new Map(
      [...able].filter((one) => isForAll || newcomers.has(one)).map((one) => [one.holder_id, one]),
    );
    const agents = [...waiting.values()].flatMap((one) => this.#freeAgents(one));
    const plan = assign(queues, agents, shares, this.#turns);
    for (const agent of agents) this.#sinceOldest.set(agent.agent_id, agent.since_oldest);
    const claimed = plan.length ? await this.#claim(plan, waiting) : 0;
    const more = learned || claimed < plan.length || (claimed > 0 && (plan.length >= limit || queues.some(isSpent)));
    if (!plan.length) this.#fruitless++;
    if (!more) return;
    // Who missed something is asked again: at once, or with the next that comes.
    for (const one of isForAll ? waiting.values() : newcomers) if (this.#waiting.has(one)) this.#newcomers.add(one);
    if (this.#fruitless >= MOST_FRUITLESS) return;
    this.#again = true;
    this.#news ||= isForAll || learned;
  }

  /** The fronts of the queues for `newcomers`; without them for everybody, and then remembers what there was. */
  async #read(newcomers: Set<Waiting> | undefined, limit: number) {
    const { control, classes } = this.#parts;
    const at = performance.now();
    const wanted = newcomers ? this.#waiting.classesOf(newcomers) : new Set(this.#waiting.classes());
    const { queues, shares, unknown } = await readHeads(control, [...wanted], classes.known(), limit);
    for (const [id, needs] of unknown) classes.learn(id, needs);
    // News that came meanwhile may be of what was read too early.
    if (!newcomers && !this.#news) this.#lastLook.remember(at, wanted, queues);
    return { queues, shares, learned: unknown.size > 0 };
  }

  /** Claims and hands out; answers how many of the plan were granted. */
  async #claim(plan: Assignment[], waiting: Map<string, Waiting>): Promise<number> {
    const tokens = new Map<string, string>();
    const planned = plan.map((assignment) => {
      const one = planClaim(assignment, waiting.get(assignment.agent.holder_id)!.lease_ttl_ms);
      tokens.set(assignment.head.task_id, one.token);
      return one.planned;
    });
    const { claimed, refused } = await claimTasks(this.#parts.control, planned);
    this.#sitOut.refuse(refused);
    for (const { waited_s } of claimed) this.#parts.metrics.dispatch_latency_seconds.observe(waited_s);
    this.#fruitless = claimed.length || refused.length ? 0 : this.#fruitless + 1;
    if (claimed.length) {
      this.lastClaimAt = claimed[0]!.claimed_at;
      this.#parts.announce();
    }
    for (const [holderId, mine] of Map.groupBy(claimed, (one) => one.holder_id)) {
      const grants = mine.map((one) => toGrant(one, tokens));
      this.#deliver(waiting.get(holderId)!, grants);
    }
    return claimed.length;
  }

  /** To whoever asked; if that poll was cut short meanwhile, to the holder's next one when it is here already. */
  #deliver(asked: Waiting, grants: Grant[]): void {
    const listens = (one: Waiting) => one.holder_id === asked.holder_id && !one.signal.aborted;
    const isHere = this.#waiting.has(asked) && listens(asked);
    const listener = isHere ? asked : [...this.#waiting].find(listens);
    if (listener) listener.answer(grants);
    else asked.giveBack(grants);
  }

  #freeAgents({ holder_id, wants }: Waiting): FreeAgent[] {
    return wants.flatMap(({ agent_id, slots }) => {
      const agent = this.#parts.roster.get(agent_id);
      if (!agent || this.#sitOut.has({ agent_id, holder_id })) return [];
      const classes = this.#servable.classesOf(agent_id);
      const canServe = ({ project_id, class_id }: Queue) =>
        (agent.project_id === null || agent.project_id === project_id) && classes.has(class_id);
      const since_oldest = this.#sinceOldest.get(agent_id) ?? 0;
      // To load a model takes seconds to minutes, and pushes out another one.
      const rank = ({ class_id }: Queue) => Number(this.#servable.isCold(agent_id, class_id));
      return [{ agent_id, holder_id, free: slots, busy: agent.used > 0, since_oldest, canServe, rank }];
    });
  }
}

const slotsOf = (all: Iterable<Waiting>): number => {
  let slots = 0;
  for (const { wants } of all) for (const want of wants) slots += want.slots;
  return slots;
};
