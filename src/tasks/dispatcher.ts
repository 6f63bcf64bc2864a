import type { Roster } from '../agents/roster.ts';
import type { Db } from '../db/database.ts';
import type { Log } from '../lib/log.ts';
import { mintToken } from '../lib/token.ts';
import { type Assignment, assign, type FreeAgent, type Queue } from './assign.ts';
import type { Grant } from './attempt-schema.ts';
import { type Claimed, claimTasks, type PlannedClaim } from './claim.ts';
import type { NeedsClasses } from './needs-classes.ts';
import { readHeads } from './read-heads.ts';
import { Servable } from './servable.ts';
import { SitOut } from './sit-out.ts';
import { Turns } from './turns.ts';

/** A holder with free slots. `giveBack` is called with grants that came after it had gone. */
export type Claimer = {
  holder_id: string;
  lease_ttl_ms: number;
  wants: { agent_id: string; slots: number }[];
  signal: AbortSignal;
  giveBack(grants: Grant[]): void;
};
type Waiting = Claimer & { answer(grants: Grant[]): void };

type Parts = {
  db: Db;
  roster: Roster;
  classes: NeedsClasses;
  log: Log;
  pollIntervalMs: number;
  /** Called when something was claimed. */
  announce(): void;
};

/** Most tasks that one round grants; the next round follows at once. */
const ROUND = 200;
/** So often a round that got nothing is repeated at once: others are faster then, or hold what was planned under lock. */
const MOST_FRUITLESS = 3;

/**
 * Brings waiting holders and queued tasks together, for all holders that wait at this replica in one round: read the
 * fronts of the queues, decide (`assign`), claim what was decided in one guarded statement. Rounds never overlap; a
 * poke during one starts another. A poke is only a hint: while anybody waits, a poll every second finds what no
 * notification told of.
 */
export class Dispatcher {
  readonly #parts: Parts;
  readonly #waiting = new Set<Waiting>();
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
  lastClaimAt: Date | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#servable = new Servable(parts.roster, parts.classes);
  }

  /** Waits until there is work for the claimer or its signal ends the wait; then the answer is empty. */
  async waitForWork(claimer: Claimer): Promise<Grant[]> {
    if (this.#stopped || claimer.signal.aborted || !claimer.wants.length) return [];
    const { promise, resolve } = Promise.withResolvers<Grant[]>();
    const waiting: Waiting = { ...claimer, answer: resolve };
    const leave = () => resolve([]);
    claimer.signal.addEventListener('abort', leave, { once: true });
    this.#waiting.add(waiting);
    this.poke();
    return promise.finally(() => {
      claimer.signal.removeEventListener('abort', leave);
      this.#waiting.delete(waiting);
    });
  }

  /** Looks once for work that the claimer can have this moment. */
  async claimNow(claimer: Omit<Claimer, 'signal'>): Promise<Grant[]> {
    const once = new AbortController();
    const answer = this.waitForWork({ ...claimer, signal: once.signal });
    // The first round may have begun before this claimer joined; the second has surely seen it.
    await this.#round;
    await this.#round;
    once.abort();
    return answer;
  }

  /** Something may have become claimable. */
  poke(): void {
    this.#again = true;
    this.#fruitless = 0;
    this.#sitOut.hear();
    if (!this.#round && this.#waiting.size) this.#round = this.#run();
  }

  /** Nobody waits any more, now or later; holders are answered with nothing. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const waiting of this.#waiting) waiting.answer([]);
    this.#waiting.clear();
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
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
    if (this.#waiting.size)
      this.#timer = setTimeout(() => this.poke(), this.#parts.pollIntervalMs * (0.5 + Math.random()));
  }

  async #claimRound(): Promise<void> {
    const { db, roster, classes } = this.#parts;
    this.#sitOut.beginRound();
    const waiting = new Map([...this.#waiting].map((one) => [one.holder_id, one]));
    if ([...waiting.values()].some((one) => one.wants.some((want) => !roster.get(want.agent_id))))
      await roster.refresh();
    const agents = [...waiting.values()].flatMap((one) => this.#freeAgents(one));
    if (!agents.length) return;
    const free = agents.reduce((sum, agent) => sum + agent.free, 0);
    const wanted = new Set(agents.flatMap((agent) => [...this.#servable.classesOf(agent.agent_id)]));
    const limit = Math.min(ROUND, free);
    const { queues, shares, unknown } = await readHeads(db, [...wanted], classes.known(), limit);
    for (const [id, needs] of unknown) classes.learn(id, needs);
    const plan = assign(queues, agents, shares, this.#turns);
    for (const agent of agents) this.#sinceOldest.set(agent.agent_id, agent.since_oldest);
    const claimed = plan.length ? await this.#claim(plan, waiting) : 0;
    const more = unknown.size > 0 || claimed < plan.length || (claimed > 0 && plan.length === limit);
    if (!plan.length) this.#fruitless++;
    if (more && this.#fruitless < MOST_FRUITLESS) this.#again = true;
  }

  /** Claims and hands out; answers how many of the plan were granted. */
  async #claim(plan: Assignment[], waiting: Map<string, Waiting>): Promise<number> {
    const tokens = new Map<string, string>();
    const planned = plan.map((assignment) => toClaim(assignment, waiting, tokens));
    const { claimed, refused } = await claimTasks(this.#parts.db, planned);
    this.#sitOut.refuse(refused);
    this.#fruitless = claimed.length || refused.length ? 0 : this.#fruitless + 1;
    if (claimed.length) {
      this.lastClaimAt = new Date();
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
    const listener = [asked, ...this.#waiting].find((one) => listens(one) && this.#waiting.has(one));
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

function toClaim(
  { head, agent, since_oldest }: Assignment,
  waiting: Map<string, Waiting>,
  tokens: Map<string, string>,
): PlannedClaim {
  const { token, secret_hash } = mintToken('wha', head.task_id, head.epoch + 1);
  tokens.set(head.task_id, token);
  return {
    task_id: head.task_id,
    epoch: head.epoch + 1,
    agent_id: agent.agent_id,
    holder_id: agent.holder_id,
    slots: head.slots,
    lease_ttl_ms: waiting.get(agent.holder_id)!.lease_ttl_ms,
    token_hash: secret_hash.toString('hex'),
    since_oldest,
  };
}

const toGrant = ({ holder_id: _, ...grant }: Claimed, tokens: Map<string, string>): Grant => ({
  ...grant,
  token: tokens.get(grant.task_id)!,
});
