import type { CoordinatorHealth } from '../../src/context.ts';

/** What a coordinator says that has nothing to do, before its first notification has come back. */
export const IDLE_COORDINATOR: CoordinatorHealth = {
  oldest_claimable_ms: null,
  last_claim_at: null,
  last_reap_at: null,
  orphan_tasks: 0,
  broken_invariants: [],
  notify_round_trip_ms: null,
  problem: null,
};
