import type { Contender, Work } from '../contender.ts';
import { loadPeer, peerVersion } from '../peers.ts';
import type { RedisServer } from '../redis-server.ts';

type Data = { n: number };
type Connection = { host: string; port: number; maxRetriesPerRequest: null };
type Queue = {
  add(name: string, data: Data): Promise<unknown>;
  addBulk(jobs: { name: string; data: Data }[]): Promise<unknown>;
  close(): Promise<void>;
};
type Worker = {
  on(event: string, listen: () => void): Worker;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
};
type BullMq = {
  Queue: new (name: string, options: { connection: Connection }) => Queue;
  Worker: new (
    name: string,
    process: (job: { data: Data }) => Promise<void>,
    options: { connection: Connection; concurrency: number },
  ) => Worker;
};

/** BullMQ on a Redis of its own, which ends with it. */
export async function openBullMq(redis: RedisServer): Promise<Contender> {
  const bullmq = loadPeer<BullMq>('bullmq');
  const connection: Connection = { host: '127.0.0.1', port: redis.port, maxRetriesPerRequest: null };
  const queue = new bullmq.Queue('bench', { connection });
  return {
    name: `BullMQ ${peerVersion('bullmq')}, Redis ${redis.version}`,
    how: 'add',
    submit: (n) => queue.add('bench', { n }),
    submitMany: (count) => queue.addBulk(Array.from({ length: count }, (_, n) => ({ name: 'bench', data: { n } }))),
    works: [working(bullmq, connection, 64), working(bullmq, connection, 256)],
    async close() {
      await queue.close();
      await redis.stop();
    },
  };
}

const working = ({ Worker }: BullMq, connection: Connection, concurrency: number): Work => ({
  how: `${concurrency} at once`,
  async start(hooks) {
    const worker = new Worker('bench', async ({ data }) => hooks.started(data.n), { connection, concurrency });
    worker.on('completed', hooks.ended).on('error', () => {});
    await worker.waitUntilReady();
    return () => worker.close();
  },
});
