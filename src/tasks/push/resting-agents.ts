import { backoffMs } from '../../lib/backoff.ts';

const REST = { baseMs: 250, capMs: 30_000 };
/** However long a server wants to be left alone: it may have changed its mind. */
const LONGEST_MS = 300_000;

type Rest = { failures: number; over: boolean; timer: NodeJS.Timeout };

/**
 * Agents that this replica leaves alone for a while, since they could not be reached or said that they have too much to
 * do. Their tasks go back without counting, so that without a pause they would be claimed again at once, for ever.
 */
export class RestingAgents {
  /** Agents whose breaker counts failures of this replica that no call has made good since. */
  readonly failing = new Set<string>();
  readonly #rests = new Map<string, Rest>();
  readonly #onChange: () => void;

  /** `onChange` is called when a rest begins and when it is over. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  has = (agentId: string): boolean => this.#rests.get(agentId)?.over === false;

  /**
   * Begins a rest: 0.25 s, and twice as long after each further failure in a row; longer when the server asked for more.
   * One that asks for less each time would be given its work back again and again, for ever.
   */
  rest(agentId: string, askedMs: number | null): void {
    const before = this.#rests.get(agentId);
    // Calls that were under way together fail together; that is one failure.
    if (before && !before.over) return;
    const failures = (before?.failures ?? 0) + 1;
    const ms = Math.min(Math.max(askedMs ?? 0, backoffMs(failures, { ...REST, random: Math.random() })), LONGEST_MS);
    const timer = setTimeout(() => this.#end(agentId), ms);
    this.#rests.set(agentId, { failures, over: false, timer });
    this.#onChange();
  }

  /** A call went well: the next failure is the first again. */
  forgive(agentId: string): void {
    if (!this.has(agentId)) this.#rests.delete(agentId);
  }

  stop(): void {
    for (const { timer } of this.#rests.values()) clearTimeout(timer);
  }

  #end(agentId: string): void {
    this.#rests.get(agentId)!.over = true;
    this.#onChange();
  }
}
