import type { ProviderFailure } from '../../agents/push/provider-error.ts';

type Move = {
  /** released: goes back at once and does not count. retry: fails, and another attempt may succeed. failed: for good. */
  end: 'released' | 'retry' | 'failed';
  /** Counts for the breaker of the agent. */
  breaker?: true;
  /** The agent is left alone for a while. */
  rest?: true;
  /** What the agent has is asked for anew. */
  probe?: true;
};

/**
 * What becomes of an attempt, and of its agent, when the call failed. A broken answer is not held against the
 * connection: a server that answers one prompt with nonsense answers others well, and attempts are counted. A bad key is
 * the agent's matter and not the task's: else it would fail every task of the queue, one after the other.
 */
export const FAILURE_MOVES: Record<ProviderFailure, Move> = {
  unreachable: { end: 'released', breaker: true, rest: true },
  transport: { end: 'retry', breaker: true },
  overloaded: { end: 'released', rest: true },
  bad_key: { end: 'released', breaker: true, rest: true, probe: true },
  refused: { end: 'failed' },
  result_too_large: { end: 'failed' },
  model_missing: { end: 'retry', probe: true },
  protocol: { end: 'retry' },
};
