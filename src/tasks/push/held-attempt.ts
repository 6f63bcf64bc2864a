import { workScope } from '../../lib/work-scope.ts';
import { attemptTraceparent } from '../../telemetry/attempt-traceparent.ts';
import type { AttemptRef, Grant } from '../attempt-schema.ts';
import type { TaskDesk } from '../desk.ts';
import { AttemptStopped } from './attempt-stopped.ts';
import { doAttempt } from './do-attempt.ts';
import { reportEnd } from './report-end.ts';
import type { RestingAgents } from './resting-agents.ts';
import { TokenLog } from './token-log.ts';
import { untilStored } from './until-stored.ts';

type Parts = { desk: TaskDesk; holder_id: string; resting: RestingAgents };

/** An attempt that this replica holds, from its grant until its outcome is stored or its lease is lost. */
export class HeldAttempt {
  readonly ref: AttemptRef & { holder_id: string };
  readonly agent_id: string;
  readonly slots: number;
  /** Settles when nothing of it is left; never rejects. */
  readonly done: Promise<void>;
  /** When its lease was renewed last, by the clock of performance.now(). */
  renewedAt = performance.now();
  readonly #work = new AbortController();
  readonly #drop = new AbortController();

  constructor(parts: Parts, grant: Grant) {
    const { task_id, epoch, agent_id, needs } = grant;
    this.ref = { task_id, epoch, holder_id: parts.holder_id };
    this.agent_id = agent_id;
    this.slots = needs.slots;
    const log = new TokenLog(parts.desk, this.ref, () => this.drop());
    this.done = workScope.during(
      () => ({ task_id, epoch, traceparent: attemptTraceparent(parts.desk.context.tracing, grant) }),
      () => this.#runToEnd({ ...parts, log }, grant),
    );
  }

  /** Ends the call, and reports that. */
  stop(why: 'cancelled' | 'released'): void {
    this.#work.abort(new AttemptStopped(why));
  }

  /** Ends everything, and reports nothing. */
  drop(): void {
    const lost = new AttemptStopped('lost');
    this.#work.abort(lost);
    this.#drop.abort(lost);
  }

  #runToEnd(parts: Parts & { log: TokenLog }, grant: Grant): Promise<void> {
    return this.#run(parts, grant)
      .catch((error) => {
        // Without its report the lease runs out, and the work goes to somebody else.
        if (!this.#drop.signal.aborted) parts.desk.context.log.warn({ err: error }, 'An outcome was not stored');
      })
      .finally(() => parts.log.drop());
  }

  async #run(parts: Parts & { log: TokenLog }, grant: Grant): Promise<void> {
    const { desk, log } = parts;
    const [work, drop] = [this.#work.signal, this.#drop.signal];
    const end = await doAttempt({ ...parts, grant, work, drop });
    await untilStored(() => log.end(), drop);
    if (!end) return;
    const ref = { ...this.ref, actor: `agent:${grant.agent_id}` };
    await untilStored(() => reportEnd(desk, ref, end), drop);
  }
}
