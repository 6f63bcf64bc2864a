import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';
import { openRealRunner } from '../../fleet/real-runner.ts';
import { injectedEnv } from '../../inject/injected-env.ts';
import { noneLost } from '../none-lost.ts';

const HOUR_MS = 3_600_000;

export const clocks: Fault = {
  name: 'clocks',
  what: 'The clock of one replica is an hour ahead, of one an hour behind, of a runner an hour behind; halfway all three jump to the other side',
  fleet: { envs: [injectedEnv({ clock_ms: HOUR_MS }), injectedEnv({ clock_ms: -HOUR_MS })] },
  async harm(fleet) {
    const runner = await openRealRunner(fleet, { env: injectedEnv({ clock_ms: -HOUR_MS }) });
    await pause(4000);
    for (const { child } of [fleet.replicas[0]!, fleet.replicas[1]!, runner]) child.kill('SIGUSR2');
    await pause(4000);
    if (!(await runner.stop())) fleet.complain('The runner with the wrong clock did nothing');
  },
  check: noneLost,
};
