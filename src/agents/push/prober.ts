import type { Context } from '../../context.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { PushKind } from '../schema.ts';
import { claimDueProbes } from './claim-due-probes.ts';
import { probeAgent } from './probe-agent.ts';
import type { Provider } from './provider.ts';

export type ProbeParts = { context: Context; providers: Record<PushKind, Provider>; secrets: Secrets };

/** Probes that a replica has under way at once: each may last ten seconds, and none may hold up all others. */
const AT_ONCE = 16;

/** The probes of a replica. */
export class Prober {
  readonly #parts: ProbeParts;
  readonly #running = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();

  constructor(parts: ProbeParts) {
    this.#parts = parts;
  }

  /**
   * Begins the probes that are due and that no other replica has begun; does not wait for their end. Each agent is
   * probed every 30 seconds, varied by half, by one replica at a time.
   */
  async probeDue(): Promise<void> {
    const free = AT_ONCE - this.#running.size;
    if (free <= 0) return;
    for (const id of await claimDueProbes(this.#parts.context.db, free)) void this.probe(id);
  }

  /** Probes an agent and keeps what came of it; callers that come meanwhile share the probe. Never rejects. */
  probe(agentId: string): Promise<void> {
    const running = this.#running.get(agentId);
    if (running) return running;
    const probe = probeAgent(this.#parts, agentId, this.#stop.signal)
      .catch((error) => {
        // The next one repeats it.
        if (!this.#stop.signal.aborted)
          this.#parts.context.log.warn({ err: error, agent_id: agentId }, 'A probe failed');
      })
      .finally(() => this.#running.delete(agentId));
    this.#running.set(agentId, probe);
    return probe;
  }

  /**
   * A probe that begins now: one under way may have been sent elsewhere, or with another key. Waits for `ms` milliseconds
   * at most; the probe goes on.
   */
  async probeWithin(ms: number, agentId: string): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const before = this.#running.get(agentId);
    await Promise.race([before ? before.then(() => this.probe(agentId)) : this.probe(agentId), late]);
    clearTimeout(timer);
  }

  /** Ends the probes under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running.values());
  }
}
