import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../../support/until.ts';
import type { Fault } from '../../fault.ts';
import { injectedEnv } from '../../inject/injected-env.ts';

const TIMES = 6;

/** A replica that dies at its next report of an outcome, once it is told to by SIGUSR2. */
const crashing = (when: 'before' | 'after') =>
  injectedEnv({ statements: { failures: [{ statement: 'tasks-settle', when, error: 'crash' }], from: 'signal' } });

const crashAtSettle = (name: string, what: string, when: 'before' | 'after'): Fault => ({
  name,
  what,
  fleet: { env: crashing(when) },
  async harm({ replicas }, chance) {
    for (let time = 0; time < TIMES; time++) {
      await pause(500 + 500 * chance.next());
      const replica = chance.of(replicas)!;
      replica.child.kill('SIGUSR2');
      await until(() => !replica.isRunning);
      await replica.start();
    }
  },
});

export const crashBeforeCommit = crashAtSettle(
  'crash-before-commit',
  `A replica dies between the answer of an agent and the statement that stores it, ${TIMES} times`,
  'before',
);

export const crashAfterCommit = crashAtSettle(
  'crash-after-commit',
  `A replica dies between the commit of an outcome and its reply, ${TIMES} times: nothing is done again`,
  'after',
);
