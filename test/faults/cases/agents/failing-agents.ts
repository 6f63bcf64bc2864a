import { setTimeout as pause } from 'node:timers/promises';
import { sendJson } from '../../../support/model-servers/send-json.ts';
import type { Fault } from '../../fault.ts';
import type { AgentBehaviour } from '../../fleet/agent.ts';
import { unfinishedWell } from './unfinished-well.ts';

const refuse =
  (status: number, headers: Record<string, string> = {}): AgentBehaviour =>
  ({ res }) =>
    sendJson(res, { error: 'not now' }, status, headers);

const drip: AgentBehaviour = ({ res, req, dialect, model }) => {
  res.writeHead(200, { 'content-type': dialect.streamType });
  const timer = setInterval(() => res.write(dialect.text(model, 'x')), 50);
  req.socket.once('close', () => clearInterval(timer));
};

const hang: AgentBehaviour = ({ res, dialect, model }) => {
  res.writeHead(200, { 'content-type': dialect.streamType }).write(dialect.text(model, 'x'));
};

/** What each of the four does for a while, one after the other, so that at any time no two do the same. */
const WAYS: AgentBehaviour[] = [refuse(429, { 'retry-after': '1' }), refuse(500), () => {}, drip, hang];
const EACH_MS = 2000;

export const failingAgents: Fault = {
  name: 'failing-agents',
  what: 'All four model servers fail by turns (429, 500, silence, a drip, a hang), behind slow, sliced and breaking connections: every task succeeds in the end',
  fleet: { env: { MODEL_TIMEOUT_MS: '2500' } },
  drainMs: 120_000,
  async harm({ agents }) {
    const [slow, sliced, breaking] = agents.map(({ proxy }) => proxy);
    await pause(1000);
    slow!.set({ bytesPerSecond: 4000, latencyMs: 50, jitterMs: 50 });
    sliced!.set({ sliceBytes: 40 });
    breaking!.set({ resetAfterBytes: 1500 });
    for (let turn = 0; turn < WAYS.length; turn++) {
      for (const [at, agent] of agents.entries()) agent.behaviour = WAYS[(turn + at) % WAYS.length]!;
      await pause(EACH_MS);
    }
    for (const agent of agents) {
      agent.behaviour = agent.wellBehaved;
      agent.proxy.set({});
    }
  },
  check: unfinishedWell,
};
