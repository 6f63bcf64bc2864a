import type { z } from 'zod';
import type { poll } from '../runners/schema.ts';
import type { AgentRoster } from './agent-roster.ts';
import type { Session } from './api.ts';
import type { HeldAttempts } from './held-attempts.ts';

/** As many as one poll may name. */
const MOST_ATTEMPTS = 1_000;

/**
 * One poll: what is held, so that it is renewed four times a lease, and what is asked for. `work`: wait for work. `news`:
 * wait for cancels only. `nothing`: answer at once.
 */
export function pollRequest(
  { holder_id, long_poll_ms, lease_ttl_ms }: Session,
  held: HeldAttempts,
  roster: AgentRoster,
  asks: 'work' | 'news' | 'nothing',
): z.infer<typeof poll> {
  const attempts = held.refs(holder_id);
  const wants = asks === 'work' ? roster.wants((agentId) => held.used(agentId), MOST_ATTEMPTS - held.size) : [];
  const longest = attempts.length ? Math.floor(lease_ttl_ms / 4) : long_poll_ms;
  return { holder_id, attempts, wants, wait_ms: asks === 'nothing' ? 0 : longest };
}
