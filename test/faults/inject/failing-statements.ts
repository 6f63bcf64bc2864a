// `node --import` of this module makes a replica's statements fail as FAULTS_STATEMENTS says (see injected-env.ts). Each
// failure is one line of the file `failures` in its data folder, written before it happens.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { type FailurePlan, failStatements } from './fail-statements.ts';

export type PreloadPlan = Omit<FailurePlan, 'onFailure'> & {
  /** From when on they fail: from the start, or after the first SIGUSR2. Every SIGUSR2 ends it or begins it again. */
  from: 'start' | 'signal';
};

// A thread has the options of its process and none of its connections.
if (isMainThread) {
  const plan = JSON.parse(process.env.FAULTS_STATEMENTS ?? '') as PreloadPlan;
  const toldIn = join(process.env.WHOOSH_DATA_DIR ?? '.', 'failures');
  const onFailure: FailurePlan['onFailure'] = (statement, { when, error }) =>
    appendFileSync(toldIn, `${when} ${error} ${statement.slice(0, 40).replaceAll('\n', ' ')}\n`);
  const begin = () => failStatements({ ...plan, onFailure });
  let end = plan.from === 'start' ? begin() : undefined;
  process.on('SIGUSR2', () => {
    const running = end;
    end = running ? void running() : begin();
  });
}
