import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../../support/until.ts';
import type { Fault } from '../../fault.ts';
import { type FleetAgent, openAgent } from '../../fleet/agent.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { addAgents } from './add-agents.ts';
import { type ServingWorker, startWorker } from './start-worker.ts';
import { unfinishedWell } from './unfinished-well.ts';

/** How long agents may take to be given up, with five failed calls each: a connection that is dropped takes 5 s. */
const OPEN_MS = 40_000;
/** A breaker is tried after 15 s, and by a probe every 7 to 22 s from then on. */
const CLOSE_MS = 60_000;
const BACK = ['reset', 'garbled'];

export const unreachableAgents: Fault = {
  name: 'unreachable-agents',
  what: 'Four of eight model servers become unreachable (refused, dropped, reset, no HTTP): their breakers open, the others do the work, and those that come back are used again',
  fleet: { env: { MODEL_TIMEOUT_MS: '8000' } },
  load: { perSecond: 20 },
  drainMs: 90_000,
  async harm(fleet) {
    const common = { chance: fleet.chance, ledger: () => fleet.ledger };
    const victims = await Promise.all(
      ['refused', 'reset', 'garbled'].map((name) => openAgent({ name, kind: 'openai', ...common })),
    );
    const dropped = await startWorker('freezing-worker.ts');
    const waiting: Socket[] = [];
    try {
      const all = [...victims, { name: 'dropped', url: dropped.url }];
      // They speak OpenAI, whose models count as loaded, and have more slots than the others: work goes there first.
      await addAgents(
        fleet,
        all.map(({ name, url }) => ({ name, kind: 'openai' as const, url, max_concurrent: 32 })),
      );
      await pause(1000);
      await spoil(victims, dropped, waiting);
      const names = all.map(({ name }) => name);
      await told(fleet, 'agent.breaker_opened', names, OPEN_MS);
      for (const agent of victims.filter(({ name }) => BACK.includes(name))) {
        agent.proxy.set({});
        agent.wild = undefined;
      }
      await told(fleet, 'agent.breaker_closed', BACK, CLOSE_MS);
    } finally {
      for (const socket of waiting) socket.destroy();
      await Promise.all(victims.filter(({ name }) => name !== 'refused').map((victim) => victim.close()));
      await dropped.close();
    }
  },
  check: unfinishedWell,
};

async function spoil(victims: FleetAgent[], dropped: ServingWorker, waiting: Socket[]): Promise<void> {
  const [refused, reset, garbled] = victims as [FleetAgent, FleetAgent, FleetAgent];
  await refused.close();
  reset.proxy.set({ refuse: true });
  reset.proxy.reset();
  // The beginning of a TLS alert.
  garbled.wild = (req) => void req.socket.end('\x15\x03\x01\x00\x02\x02\x46');
  dropped.freeze(600_000);
  await pause(200);
  const port = Number(new URL(dropped.url).port);
  for (let n = 0; n < 4; n++) waiting.push(connect(port, '127.0.0.1').on('error', () => {}));
}

const TOLD_SQL = `
  select array_agg(distinct data->>'name') as told from events where type = $1 and data->>'name' = any ($2)`;

async function told({ postgres, complain }: Fleet, type: string, names: string[], timeoutMs: number): Promise<void> {
  const missing = async () => {
    const [row] = await postgres.sql<{ told: string[] | null }>(TOLD_SQL, [type, names]);
    return names.filter((name) => !row?.told?.includes(name));
  };
  const all = async () => !(await missing()).length;
  await until(all, { timeoutMs, everyMs: 250 }).catch(async () => complain(`No ${type} of ${await missing()}`));
}
