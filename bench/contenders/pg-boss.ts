import type { Contender, Work, WorkHooks } from '../contender.ts';
import { loadPeer, peerVersion } from '../peers.ts';

type Job = { id: string; data: { n: number } };
type Boss = {
  on(event: 'error', listen: (error: Error) => void): void;
  start(): Promise<unknown>;
  stop(options: { graceful: boolean }): Promise<void>;
  createQueue(name: string): Promise<void>;
  send(name: string, data: Job['data']): Promise<unknown>;
  insert(name: string, jobs: { data: Job['data'] }[]): Promise<unknown>;
  fetch(name: string, options: { batchSize: number }): Promise<Job[]>;
  complete(name: string, ids: string[]): Promise<unknown>;
};
type PgBossPackage = { PgBoss: new (options: { connectionString: string }) => Boss };

const LOOPS = 4;
const BATCH = 64;

/** pg-boss on a database of its own, with its default pool of 10. */
export async function openPgBoss(url: string): Promise<Contender> {
  const { PgBoss } = loadPeer<PgBossPackage>('pg-boss');
  const boss = new PgBoss({ connectionString: url });
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
  await boss.start();
  await boss.createQueue('bench');
  return {
    name: `pg-boss ${peerVersion('pg-boss')}`,
    how: 'send',
    submit: (n) => boss.send('bench', { n }),
    submitMany: (count) =>
      boss.insert(
        'bench',
        Array.from({ length: count }, (_, n) => ({ data: { n } })),
      ),
    works: [fetching(boss, 10, 1), fetching(boss, LOOPS, BATCH)],
    close: () => boss.stop({ graceful: false }),
  };
}

/** `fetch` and `complete` in loops: its `work` looks for the next job two seconds after the last one by default. */
function fetching(boss: Boss, loops: number, batchSize: number): Work {
  const loop = async (hooks: WorkHooks, over: AbortSignal) => {
    while (!over.aborted) {
      const jobs = await boss.fetch('bench', { batchSize });
      for (const { data } of jobs) hooks.started(data.n);
      if (jobs.length) {
        await boss.complete(
          'bench',
          jobs.map(({ id }) => id),
        );
      } else await new Promise((resolve) => setTimeout(resolve, 5));
      for (const _ of jobs) hooks.ended();
    }
  };
  return {
    how: `${loops} loops of fetch(${batchSize}) and complete`,
    async start(hooks) {
      const over = new AbortController();
      const working = Promise.all(Array.from({ length: loops }, () => loop(hooks, over.signal)));
      return async () => {
        over.abort();
        await working;
      };
    },
  };
}
