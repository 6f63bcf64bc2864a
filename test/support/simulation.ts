import { assign, type Head, type Queue } from '../../src/tasks/assign.ts';
import { Turns } from '../../src/tasks/turns.ts';

export type Plan = { project_id: string; weight?: number; class_id?: number };

/**
 * A fleet without a database: queues that never run empty, one agent, and a chance that decides which running task ends
 * next. What it keeps between rounds is what the tables and the dispatcher keep.
 */
export class Simulation {
  readonly claims: { project_id: string; class_id: number; head: Head }[] = [];
  readonly #queues: (Queue & { weight: number })[];
  readonly #running: { project_id: string; slots: number }[] = [];
  readonly #turns = new Turns();
  readonly #slots: number;
  #sinceOldest = 0;
  #nextId = 0;

  constructor(plans: Plan[], slots: number) {
    this.#slots = slots;
    this.#queues = plans.map(({ weight = 1, class_id = 1, ...plan }) => {
      return { ...plan, class_id, weight, since_oldest: 0, heads: [], oldest: [], has_more: false };
    });
  }

  arrive(queue: number, priority: number, slots = 1): string {
    const task_id = String(this.#nextId++).padStart(8, '0');
    const head = { task_id, epoch: 0, priority, slots };
    const { heads, oldest } = this.#queues[queue]!;
    oldest.push(head);
    heads.push(head);
    return task_id;
  }

  /** Fills the free slots in one round. */
  round(): void {
    for (const queue of this.#queues) {
      queue.heads.sort((a, b) => b.priority - a.priority || (a.task_id < b.task_id ? -1 : 1));
      queue.oldest.sort((a, b) => (a.task_id < b.task_id ? -1 : 1));
    }
    const agent = {
      agent_id: 'a',
      holder_id: 'h',
      free: this.#slots - this.#running.reduce((sum, { slots }) => sum + slots, 0),
      busy: this.#running.length > 0,
      since_oldest: this.#sinceOldest,
      canServe: () => true,
      rank: () => 0,
    };
    const plan = assign(this.#queues, [agent], this.#shares(), this.#turns);
    this.#sinceOldest = agent.since_oldest;
    for (const { queue, head } of plan) {
      this.#running.push({ project_id: queue.project_id, slots: head.slots });
      this.claims.push({ project_id: queue.project_id, class_id: queue.class_id, head });
    }
  }

  /** One of the running tasks ends; `chance` in [0, 1) says which. */
  end(chance: number): void {
    this.#running.splice(Math.floor(chance * this.#running.length), 1);
  }

  running = (projectId: string): number => this.#running.filter(({ project_id }) => project_id === projectId).length;

  #shares() {
    return new Map(
      this.#queues.map(({ project_id, weight }) => [project_id, { running: this.running(project_id), weight }]),
    );
  }
}
