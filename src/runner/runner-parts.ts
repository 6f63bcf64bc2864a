import type { AgentRoster } from './agent-roster.ts';
import type { AttemptContext } from './do-attempt.ts';
import type { Outbox } from './outbox/outbox.ts';

/** What a runner is made of. */
export type RunnerParts = AttemptContext & {
  roster: AgentRoster;
  outbox: Outbox;
  /** How long running work may take to end by itself once the runner is asked to stop, in milliseconds. */
  drainMs: number;
  /** How long after the end of a lease nobody else can have the work yet, in milliseconds. */
  leaseGraceMs: number;
  /** Pause between two looks whether the agents can be started, in milliseconds. */
  recheckMs: number;
};

/** How a runner ended; the sentence is for the person at the machine. */
export type RunnerEnd = { exitCode: 0 | 1; sentence: string };
