import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Failure } from '../../inject/fail-statements.ts';
import { injectedEnv } from '../../inject/injected-env.ts';

type Case = {
  name: string;
  what: string;
  failures: Failure[];
  /** Fewer failures than this, and the fault was none. */
  atLeast: number;
};

/** Statements of every replica fail in this way for 8 s. */
export const failingStatements = ({ name, what, failures, atLeast }: Case): Fault => ({
  name,
  what,
  fleet: { env: injectedEnv({ statements: { from: 'signal', failures } }) },
  async harm({ replicas }) {
    const toggle = () => replicas.forEach(({ child }) => void child.kill('SIGUSR2'));
    await pause(1000);
    toggle();
    await pause(8000);
    toggle();
  },
  async check(fleet) {
    const happened = await countFailures(fleet);
    return happened < atLeast ? [`Only ${happened} statements failed`] : [];
  },
});

async function countFailures({ folder, replicas }: Fleet): Promise<number> {
  const files = replicas.map(({ name }) => readFile(join(folder, name, 'failures'), 'utf8').catch(() => ''));
  return (await Promise.all(files)).join('').split('\n').length - 1;
}
