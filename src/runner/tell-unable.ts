import type { AgentConfig } from './agents-schema.ts';
import { accountOf } from './declare-agent.ts';
import type { HandBackReason } from './hand-back-error.ts';
import { redeclareAgents } from './redeclare-agents.ts';
import type { RunnerParts } from './runner-parts.ts';

const WITHIN_MS = 10_000;

/**
 * Tells the server why an agent gets no more work: it is not ready until somebody signs in, or its account is parked
 * until its limit is lifted. Does not throw: a server that cannot park the account is told that the agent is not ready.
 */
export async function tellUnable(
  parts: RunnerParts,
  { holder_id, agent }: { holder_id: string; agent: AgentConfig },
  reason: HandBackReason,
): Promise<void> {
  const { unable } = parts.roster;
  if (reason.kind === 'signed_out') unable.signedOut(agent, reason.sentence);
  else if (!(await park(parts, { holder_id, agent }, reason)))
    unable.limited(agent, `Its limit is reached: ${reason.sentence}`.slice(0, 500), reason.parked_until);
  await redeclareAgents(parts, holder_id);
}

async function park(
  { api, log }: RunnerParts,
  { holder_id, agent }: { holder_id: string; agent: AgentConfig },
  { parked_until, sentence }: Extract<HandBackReason, { kind: 'limit_reached' }>,
): Promise<boolean> {
  const account = accountOf(agent);
  if (account === null) return false;
  log.warn({ agent: agent.name, account, parked_until }, `The limit of an account is reached: ${sentence}`);
  const body = { holder_id, account, parked_until: parked_until.toISOString(), reason: sentence };
  try {
    await api.parkAccount(body, { retry: { withinMs: WITHIN_MS } });
    return true;
  } catch (error) {
    log.warn({ err: error, account }, 'The server could not park the account; its agent is not ready instead');
    return false;
  }
}
