import type { ClientContext } from '@agentclientprotocol/sdk';
import type { AcpAgent } from '../../agents-schema.ts';
import { AttemptFailure } from '../../attempt-failure.ts';
import type { Execution } from '../executor.ts';
import type { OpenSession } from './open-session.ts';

/**
 * Sets the mode that agents.yaml names, and the model that the task needs, where the agent lets one choose. Throws
 * AttemptFailure mode_unknown with the modes that there are.
 */
export async function setUp(
  agent: ClientContext,
  { agent: { mode }, grant }: Execution<AcpAgent>,
  session: OpenSession,
): Promise<void> {
  if (mode !== undefined) await setMode(agent, session, mode);
  const model = grant.needs?.model;
  if (model !== undefined) await setModel(agent, session, model);
}

async function setMode(agent: ClientContext, { id, modes }: OpenSession, mode: string): Promise<void> {
  if (modes?.currentModeId === mode) return;
  const known = modes?.availableModes.map((one) => one.id) ?? [];
  if (!known.includes(mode)) {
    const there = known.length ? `it has: ${known.join(', ')}` : 'it has none';
    throw new AttemptFailure('mode_unknown', `The agent has no mode ${mode}; ${there}.`.slice(0, 2_000), false);
  }
  await agent.request('session/set_mode', { sessionId: id, modeId: mode });
}

async function setModel(agent: ClientContext, { id, configOptions }: OpenSession, model: string): Promise<void> {
  const option = configOptions?.find(({ category }) => category === 'model');
  if (!option || option.currentValue === model) return;
  if (!option.options?.some(({ value }) => value === model)) return;
  await agent.request('session/set_config_option', { sessionId: id, configId: option.id, type: 'id', value: model });
}
