/** A queue's next tasks: `heads` by priority then age, `oldest` by age alone. */
export type Queue = {
  project_id: string;
  class_id: number;
  /** Claims from this queue since its oldest task was last taken. */
  since_oldest: number;
  heads: Head[];
  oldest: Head[];
};
export type Head = { task_id: string; epoch: number; priority: number; slots: number };
export type FreeAgent = {
  agent_id: string;
  holder_id: string;
  free: number;
  /** Claims of this agent since it last took the oldest task it could. */
  since_oldest: number;
  canServe(queue: Queue): boolean;
};
export type ProjectShare = { running: number; weight: number };
export type Assignment = { head: Head; agent: FreeAgent; queue: Queue };

/** Every tenth claim takes the oldest, so that unending high priority cannot starve a low one. */
const TURNS = 10;

/**
 * Decides which agent gets which task, without touching the database. Across projects: the one with the fewest running
 * tasks for its weight. Within it: priority, then age, but every tenth claim of a queue and every tenth of an agent the
 * oldest. Among the agents that can: the one with the most free slots. Counts in `free`, `since_oldest` and `shares`
 * are carried on in place.
 */
export function assign(queues: Queue[], agents: FreeAgent[], shares: Map<string, ProjectShare>): Assignment[] {
  const assignments: Assignment[] = [];
  const open = new Set(queues);
  while (open.size) {
    const choice = chooseNext([...open], agents, shares);
    if (!choice) break;
    assignments.push(choice);
    take(choice, shares, queues);
    for (const queue of open) if (!queue.heads.length) open.delete(queue);
  }
  return assignments;
}

function chooseNext(queues: Queue[], agents: FreeAgent[], shares: Map<string, ProjectShare>): Assignment | undefined {
  const servable = queues.filter((queue) => queue.heads.length && agents.some((agent) => fits(agent, queue)));
  const projectId = least(
    servable.map((queue) => queue.project_id),
    (id) => load(shares.get(id)),
  );
  const ofProject = servable.filter((queue) => queue.project_id === projectId);
  const queue = ofProject.sort(byNext)[0];
  if (!queue) return undefined;
  const agent = agents.filter((candidate) => fits(candidate, queue)).sort((a, b) => b.free - a.free)[0]!;
  const chosen = agent.since_oldest >= TURNS - 1 ? oldestFor(agent, ofProject) : queue;
  const head = chosen === queue ? nextOf(queue) : (chosen.oldest[0] ?? nextOf(chosen));
  return { head, agent, queue: chosen };
}

const fits = (agent: FreeAgent, queue: Queue): boolean => agent.free >= nextOf(queue).slots && agent.canServe(queue);

const nextOf = (queue: Queue): Head =>
  (queue.since_oldest >= TURNS - 1 ? queue.oldest[0] : undefined) ?? queue.heads[0]!;

/** A queue whose turn for its oldest has come still competes with the priority of its best. */
const byNext = (a: Queue, b: Queue): number =>
  b.heads[0]!.priority - a.heads[0]!.priority || (nextOf(a).task_id < nextOf(b).task_id ? -1 : 1);

function oldestFor(agent: FreeAgent, queues: Queue[]): Queue {
  const servable = queues.filter((queue) => fits(agent, queue));
  return servable.reduce((a, b) => (ageKey(a) <= ageKey(b) ? a : b));
}

const ageKey = (queue: Queue): string => (queue.oldest[0] ?? queue.heads[0]!).task_id;

const load = (share: ProjectShare | undefined): number => (share ? share.running / share.weight : 0);

function least(ids: string[], measure: (id: string) => number): string | undefined {
  return ids.reduce<string | undefined>(
    (best, id) => (best === undefined || measure(id) < measure(best) ? id : best),
    undefined,
  );
}

function take(
  { head: { task_id, slots }, agent, queue }: Assignment,
  shares: Map<string, ProjectShare>,
  queues: Queue[],
): void {
  const ofProject = queues.filter((q) => q.project_id === queue.project_id && q.heads.length && agent.canServe(q));
  const wasOldestForAgent = ofProject.every((q) => task_id <= ageKey(q));
  const wasOldest = queue.oldest[0]?.task_id === task_id;
  queue.heads = queue.heads.filter((head) => head.task_id !== task_id);
  queue.oldest = queue.oldest.filter((head) => head.task_id !== task_id);
  queue.since_oldest = wasOldest ? 0 : queue.since_oldest + 1;
  agent.since_oldest = wasOldestForAgent ? 0 : agent.since_oldest + 1;
  agent.free -= slots;
  const share = shares.get(queue.project_id);
  if (share) share.running += 1;
}
