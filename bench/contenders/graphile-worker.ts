import { EventEmitter } from 'node:events';
import type { Contender, Work, WorkHooks } from '../contender.ts';
import { loadPeer, peerVersion } from '../peers.ts';

type Payload = { n: number };
type Runner = { stop(): Promise<void> };
type GraphileWorker = {
  makeWorkerUtils(options: { connectionString: string }): Promise<{
    migrate(): Promise<void>;
    addJob(name: string, payload: Payload): Promise<unknown>;
    addJobs(jobs: { identifier: string; payload: Payload }[]): Promise<unknown>;
    release(): Promise<void>;
  }>;
  run(options: Record<string, unknown>): Promise<Runner>;
  Logger: new (factory: () => () => void) => unknown;
};

const CONCURRENCY = 64;
/** What its page on performance recommends: https://worker.graphile.org/docs/performance */
const BATCHED = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };

/** graphile-worker on a database of its own, with its default pool of 10. */
export async function openGraphileWorker(url: string): Promise<Contender> {
  const { makeWorkerUtils, run, Logger } = loadPeer<GraphileWorker>('graphile-worker');
  const utils = await makeWorkerUtils({ connectionString: url });
  await utils.migrate();
  const start = (worker: Record<string, unknown>, hooks: WorkHooks) => {
    const events = new EventEmitter().on('job:complete', hooks.ended);
    const preset = { worker: { connectionString: url, concurrentJobs: CONCURRENCY, ...worker } };
    const taskList = { bench: async ({ n }: Payload) => hooks.started(n) };
    const options = { preset, taskList, events, logger: new Logger(() => () => {}), noHandleSignals: true };
    return run(options).then((runner) => () => runner.stop());
  };
  const works: Work[] = [
    { how: `${CONCURRENCY} at once, else its defaults`, start: (hooks) => start({}, hooks) },
    { how: 'with its local queue, batched completion', start: (hooks) => start(BATCHED, hooks) },
  ];
  return {
    name: `graphile-worker ${peerVersion('graphile-worker')}`,
    how: 'addJob',
    submit: (n) => utils.addJob('bench', { n }),
    submitMany: (count) =>
      utils.addJobs(Array.from({ length: count }, (_, n) => ({ identifier: 'bench', payload: { n } }))),
    works,
    close: () => utils.release(),
  };
}
