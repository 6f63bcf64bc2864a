import type { Log } from '../lib/log.ts';
import type { AgentConfig } from './agents-schema.ts';

type UnableOptions = {
  /** Milliseconds until the first look whether an agent is able again; each later one waits twice as long. */
  recheckMs: number;
  /** Looks whether an agent that was signed out can work again. */
  isAble: (agent: AgentConfig) => Promise<boolean>;
  log: Log;
};
type Unable = { agent: AgentConfig; reason: string; lookAt: number; waitMs: number; knowsUntil: boolean };

const LONGEST_WAIT_MS = 300_000;
/** An agent that is found unable again so soon was not able in between: its next look waits longer. */
const SAME_TROUBLE_MS = 1_800_000;

/**
 * Agents that could be started and yet could not work: signed out, or at the limit of an account that the server does not
 * park. They are not ready until a look finds them able again.
 */
export class UnableAgents {
  readonly #options: UnableOptions;
  readonly #byName = new Map<string, Unable>();
  readonly #troubles = new Map<string, { at: number; waitMs: number }>();
  #looking = false;

  constructor(options: UnableOptions) {
    this.#options = options;
  }

  /** Why an agent cannot work now; null when nothing is known against it. */
  reasonOf(name: string): string | null {
    return this.#byName.get(name)?.reason ?? null;
  }

  /** Somebody has to sign in. The log says it once. */
  signedOut(agent: AgentConfig, reason: string): void {
    if (this.#byName.has(agent.name)) return;
    this.#options.log.warn({ agent: agent.name }, `No more work for this agent: ${reason}`);
    const earlier = this.#troubles.get(agent.name);
    const isSame = earlier !== undefined && performance.now() - earlier.at < SAME_TROUBLE_MS;
    const waitMs = Math.min(isSame ? earlier.waitMs * 2 : this.#options.recheckMs, LONGEST_WAIT_MS);
    this.#byName.set(agent.name, { agent, reason, lookAt: performance.now() + waitMs, waitMs, knowsUntil: false });
  }

  /** It cannot work until that moment. */
  limited(agent: AgentConfig, reason: string, until: Date): void {
    const lookAt = performance.now() + until.getTime() - Date.now();
    this.#byName.set(agent.name, { agent, reason, lookAt, waitMs: 0, knowsUntil: true });
  }

  /** Looks at those whose time has come, one look at a time. */
  async recheck(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const due = [...this.#byName.values()].filter(({ lookAt }) => lookAt <= performance.now());
      await Promise.all(due.map((unable) => this.#look(unable)));
    } finally {
      this.#looking = false;
    }
  }

  async #look(unable: Unable): Promise<void> {
    const { agent, waitMs, knowsUntil } = unable;
    if (knowsUntil || (await this.#options.isAble(agent))) {
      this.#byName.delete(agent.name);
      this.#troubles.set(agent.name, { at: performance.now(), waitMs });
      return;
    }
    unable.waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    unable.lookAt = performance.now() + unable.waitMs;
  }
}
