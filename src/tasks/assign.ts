import { isSpent } from './is-spent.ts';
import type { Turns } from './turns.ts';

/** A queue's next tasks: `heads` by priority then age, `oldest` by age alone. */
export type Queue = {
  project_id: string;
  class_id: number;
  /** Claims from this queue since its oldest task was last taken. */
  since_oldest: number;
  heads: Head[];
  oldest: Head[];
  /** `heads` are perhaps not all of its tasks. */
  has_more: boolean;
};
export type Head = { task_id: string; epoch: number; priority: number; slots: number };
export type FreeAgent = {
  agent_id: string;
  holder_id: string;
  free: number;
  /** It has work of which it may soon be free: then waiting for more slots makes sense. */
  busy: boolean;
  /** Claims of this agent since it last took the oldest task it could. */
  since_oldest: number;
  canServe(queue: Queue): boolean;
  /** How well it suits the queue's tasks; of the agents that can, those with the lowest number are asked first. */
  rank(queue: Queue): number;
};
export type ProjectShare = { running: number; weight: number };
type Choice = { head: Head; agent: FreeAgent; queue: Queue };
export type Assignment = Choice & {
  /** Claims of the queue since its oldest task was taken, this one counted; 0 when it takes the oldest. */
  since_oldest: number;
};

/** Every tenth claim takes the oldest, so that unending high priority cannot starve a low one. */
const TURNS = 10;

/** A queue that may still give, and the agents that can serve it and have the slots. */
type Open = { queue: Queue; able: FreeAgent[] };
type Round = {
  queues: Queue[];
  open: Open[];
  served: Map<FreeAgent, Set<Queue>>;
  /** Agents that keep their slots, and how much of the round had been given when they began to. */
  keeping: Map<FreeAgent, number>;
  given: Assignment[];
  shares: Map<string, ProjectShare>;
  turns: Turns;
};

/**
 * Decides which agent gets which task, without touching the database. Across projects: the one with the fewest running
 * tasks for its weight, then the one served least (`turns`). Within it: priority, then age, but every tenth claim of a
 * queue and every tenth of an agent the oldest. Among the agents that can: the one that suits best (`rank`), then the one
 * with the most free slots. An agent whose oldest task takes more slots than it has free keeps them free for it while it
 * is busy. The round ends when it has given all that is known of a queue which has more: what comes next there may be
 * before what is left elsewhere. Counts in `free`, `since_oldest`, `shares` and `turns` are carried on in place. Every
 * agent is asked once about every queue whether it can serve it.
 */
export function assign(
  queues: Queue[],
  agents: FreeAgent[],
  shares: Map<string, ProjectShare>,
  turns: Turns,
): Assignment[] {
  const served = new Map(agents.map((agent) => [agent, new Set(queues.filter((queue) => agent.canServe(queue)))]));
  const open = queues.map((queue) => ({ queue, able: agents.filter((agent) => served.get(agent)!.has(queue)) }));
  const round: Round = { queues, open, served, keeping: new Map(), given: [], shares, turns };
  for (;;) {
    round.open = round.open.filter(mayGive);
    if (!round.open.length) round.open = askAgain(round).filter(mayGive);
    if (!round.open.length) return round.given;
    const choice = chooseNext(round);
    if (!choice) continue;
    take(choice, round);
    round.given.push({ ...choice, since_oldest: choice.queue.since_oldest });
    if (isSpent(choice.queue)) return round.given;
  }
}

/** What an agent keeps its slots for may be taken by another: then it would keep them, idle, for nothing. */
function askAgain({ queues, served, keeping, given }: Round): Open[] {
  const again = [...keeping.keys()].filter((agent) => keeping.get(agent)! < given.length);
  for (const agent of again) keeping.delete(agent);
  return again.length
    ? queues.map((queue) => ({ queue, able: again.filter((one) => served.get(one)!.has(queue)) }))
    : [];
}

/** Slots only get fewer, so an agent without enough of them is out for the rest of the round. */
function mayGive({ queue, able }: Open): boolean {
  if (!queue.heads.length) return false;
  while (able.length && !fits(able.at(-1)!, queue)) able.pop();
  return able.length > 0;
}

/** undefined when the agent whose turn it was keeps its slots; it is out until all others have what they can. */
function chooseNext(round: Round): Choice | undefined {
  const { open, shares, turns } = round;
  const projectId = leastServed(open, shares, turns);
  const ofProject = open.filter(({ queue }) => queue.project_id === projectId);
  const best = ofProject.reduce((a, b) => (isBefore(b.queue, a.queue) ? b : a));
  const agent = best.able.filter((one) => fits(one, best.queue)).reduce((a, b) => (suits(b, a, best.queue) ? b : a));
  if (agent.since_oldest < TURNS - 1) return { head: nextOf(best.queue), agent, queue: best.queue };
  const { queue } = oldestFor(agent, ofProject);
  const keepsSlots = agent.busy && tooLarge(agent, round).some((large) => ageKey(large) < ageKey(queue));
  if (!keepsSlots) return { head: queue.oldest[0] ?? nextOf(queue), agent, queue };
  round.keeping.set(agent, round.given.length);
  for (const one of open) one.able = one.able.filter((able) => able !== agent);
  return undefined;
}

const suits = (a: FreeAgent, b: FreeAgent, queue: Queue): boolean => {
  const ahead = b.rank(queue) - a.rank(queue);
  return ahead > 0 || (ahead === 0 && a.free > b.free);
};

/** Queues whose tasks the agent can do, but not with the slots that it has free: small tasks would keep it so for ever. */
const tooLarge = (agent: FreeAgent, { queues, served }: Round): Queue[] =>
  queues.filter((queue) => queue.heads.length && served.get(agent)!.has(queue) && !fits(agent, queue));

const fits = (agent: FreeAgent, queue: Queue): boolean => agent.free >= nextOf(queue).slots;

const nextOf = (queue: Queue): Head =>
  (queue.since_oldest >= TURNS - 1 ? queue.oldest[0] : undefined) ?? queue.heads[0]!;

/** A queue whose turn for its oldest has come still competes with the priority of its best. */
const isBefore = (a: Queue, b: Queue): boolean => {
  const ahead = a.heads[0]!.priority - b.heads[0]!.priority;
  return ahead > 0 || (ahead === 0 && nextOf(a).task_id < nextOf(b).task_id);
};

const oldestFor = (agent: FreeAgent, open: Open[]): Open =>
  open
    .filter(({ queue, able }) => able.includes(agent) && fits(agent, queue))
    .reduce((a, b) => (ageKey(a.queue) <= ageKey(b.queue) ? a : b));

const ageKey = (queue: Queue): string => (queue.oldest[0] ?? queue.heads[0]!).task_id;

const load = ({ running, weight }: ProjectShare): number => running / weight;

function leastServed(open: Open[], shares: Map<string, ProjectShare>, turns: Turns): string {
  const ids = [...new Set(open.map(({ queue }) => queue.project_id))];
  return ids.reduce((a, b) => {
    const ahead = load(shares.get(b)!) - load(shares.get(a)!);
    return ahead < 0 || (ahead === 0 && turns.of(b) < turns.of(a)) ? b : a;
  });
}

function take({ head: { task_id, slots }, agent, queue }: Choice, round: Round): void {
  const ofProject = round.open.filter((one) => one.queue.project_id === queue.project_id).map((one) => one.queue);
  const others = [...ofProject.filter((one) => round.served.get(agent)!.has(one)), ...tooLarge(agent, round)];
  const wasOldestForAgent = others.every((one) => task_id <= ageKey(one));
  const wasOldest = queue.oldest[0]?.task_id === task_id;
  queue.heads = queue.heads.filter((head) => head.task_id !== task_id);
  queue.oldest = queue.oldest.filter((head) => head.task_id !== task_id);
  queue.since_oldest = wasOldest ? 0 : queue.since_oldest + 1;
  agent.since_oldest = wasOldestForAgent ? 0 : agent.since_oldest + 1;
  agent.free -= slots;
  const share = round.shares.get(queue.project_id)!;
  share.running += 1;
  round.turns.take(queue.project_id, share.weight);
}
