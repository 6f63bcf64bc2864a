import { mintToken } from '../lib/token.ts';
import type { Assignment } from './assign.ts';
import type { Grant } from './attempt-schema.ts';
import type { Claimed, PlannedClaim } from './claim.ts';

/** An assignment as it is to be claimed, and the token that will speak for the attempt when it was. */
export function planClaim({ head, agent, since_oldest }: Assignment, lease_ttl_ms: number) {
  const { token, secret_hash } = mintToken('wha', head.task_id, head.epoch + 1);
  const planned: PlannedClaim = {
    task_id: head.task_id,
    epoch: head.epoch + 1,
    agent_id: agent.agent_id,
    holder_id: agent.holder_id,
    slots: head.slots,
    lease_ttl_ms,
    token_hash: secret_hash.toString('hex'),
    since_oldest,
  };
  return { planned, token };
}

/** What a holder is given of a claimed task. */
export const toGrant = (
  { holder_id: _, claimed_at: __, waited_s: ___, ...grant }: Claimed,
  tokens: Map<string, string>,
): Grant => ({
  ...grant,
  token: tokens.get(grant.task_id)!,
});
