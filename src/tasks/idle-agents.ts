import type { AgentView } from '../agents/schema.ts';
import type { TaskDesk } from './desk.ts';
import { atItsBest, matchAgent } from './match.ts';

type Wanted = { project_id: string; class_id: number; slots: number };

/** Which agents have done nothing for a while, as every reading of the roster has found them. */
export class IdleAgents {
  readonly #desk: Pick<TaskDesk, 'roster' | 'classes'>;
  readonly #now: () => number;
  #since = new Map<string, number>();

  /** `now` is a clock in milliseconds that only goes forward. */
  constructor(desk: Pick<TaskDesk, 'roster' | 'classes'>, now: () => number = () => performance.now()) {
    this.#desk = desk;
    this.#now = now;
    desk.roster.onRefresh(() => this.#look());
  }

  /**
   * The id of an agent that could take such a task, and was seen with nothing to do for `forMs` milliseconds. One that
   * has work does not count: it may keep its other slots for a larger task.
   */
  find({ project_id, class_id, slots }: Wanted, forMs: number): string | undefined {
    const needs = this.#desk.classes.needsOf(class_id);
    return this.#desk.roster
      .agents()
      .find(
        (agent) =>
          needs &&
          this.#now() - (this.#since.get(agent.id) ?? this.#now()) >= forMs &&
          agent.max_concurrent >= slots &&
          (agent.project_id ?? project_id) === project_id &&
          matchAgent(atItsBest(agent), needs).verdict === 'eligible',
      )?.id;
  }

  #look(): void {
    const idle = this.#desk.roster.agents().filter(isIdle);
    this.#since = new Map(idle.map(({ id }) => [id, this.#since.get(id) ?? this.#now()]));
  }
}

const isIdle = ({ status, breaker_open, used }: AgentView): boolean =>
  status === 'online' && !breaker_open && used === 0;
