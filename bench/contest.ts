import { setTimeout as pause } from 'node:timers/promises';
import type { Contender } from './contender.ts';
import { openBullMq } from './contenders/bullmq.ts';
import { openGraphileWorker } from './contenders/graphile-worker.ts';
import { openPgBoss } from './contenders/pg-boss.ts';
import { openRawPostgres } from './contenders/raw-postgres.ts';
import { openWhoosh } from './contenders/whoosh.ts';
import { openWhooshHttp } from './contenders/whoosh-http.ts';
import type { Figure } from './figure.ts';
import { loadPeer } from './peers.ts';
import { openPostgres, type PostgresServer } from './postgres-server.ts';
import { redisVersion, startRedis } from './redis-server.ts';

export const OURS = 'WHOOSH, in process';
/** Processor of the one before should not fall into the next one's time. */
const REST_MS = 100;

/** One thing to measure of one contender; `run` answers a figure of one short round, such as tasks a second. */
export type Measure = { contender: string; how: string; run(): Promise<number> };

/** Opens every contender on one PostgreSQL, and closes all when `compare` is through. */
export async function withContenders(compare: (contenders: Contender[]) => Promise<Figure[]>): Promise<Figure[]> {
  loadPeer('graphile-worker');
  const server = await openPostgres();
  const contenders: Contender[] = [];
  try {
    for (const open of OPENERS) contenders.push(await open(server));
    if (redisVersion()) contenders.push(await openBullMq(await startRedis()));
    const figures = await compare(contenders);
    return redisVersion() ? figures : [...figures, NO_REDIS];
  } finally {
    for (const contender of contenders) await contender.close();
    await server.stop();
  }
}

const OPENERS: ((server: PostgresServer) => Promise<Contender>)[] = [
  async (server) => openWhoosh(await server.newDatabase('whoosh')),
  async (server) => openWhooshHttp(await server.newDatabase('whoosh_http')),
  async (server) => openGraphileWorker(await server.newDatabase('graphile_worker')),
  async (server) => openPgBoss(await server.newDatabase('pg_boss')),
  async (server) => openRawPostgres(await server.newDatabase('raw_single'), 'single'),
  async (server) => openRawPostgres(await server.newDatabase('raw_coalesced'), 'coalesced'),
];

const NO_REDIS: Figure = {
  what: 'BullMQ',
  measured: 'missing: there is no redis-server (apt-get install redis-server)',
};

/** The rounds of all by turns, so that what else the machine does falls on all; answers the rounds of each. */
export async function byTurns(measures: Measure[], rounds: number): Promise<Map<Measure, number[]>> {
  const results = new Map<Measure, number[]>(measures.map((one) => [one, []]));
  for (let round = 0; round < rounds; round++) {
    for (const one of measures) {
      results.get(one)!.push(await one.run());
      await pause(REST_MS);
    }
  }
  return results;
}
