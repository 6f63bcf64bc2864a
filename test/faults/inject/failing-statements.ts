// `node --import` of this module makes a replica's statements fail as FAULTS_STATEMENTS says (see injected-env.ts).
import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { type FailurePlan, failStatements } from './fail-statements.ts';

export type PreloadPlan = Omit<FailurePlan, 'onFailure'> & {
  /** From when on they fail: from the start, or after the first SIGUSR2. Every SIGUSR2 ends it or begins it again. */
  from: 'start' | 'signal';
  /** A file that gets one line a failure, written before it happens. */
  told_in?: string;
};

// A thread has the options of its process and none of its connections.
if (isMainThread) {
  const plan = JSON.parse(process.env.FAULTS_STATEMENTS ?? '') as PreloadPlan;
  const onFailure: FailurePlan['onFailure'] = (statement, { when, error }) => {
    if (plan.told_in)
      appendFileSync(plan.told_in, `${when} ${error} ${statement.slice(0, 40).replaceAll('\n', ' ')}\n`);
  };
  const begin = () => failStatements({ ...plan, onFailure });
  let end = plan.from === 'start' ? begin() : undefined;
  process.on('SIGUSR2', () => {
    const running = end;
    end = running ? void running() : begin();
  });
}
