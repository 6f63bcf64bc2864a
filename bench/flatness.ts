import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Member } from './enrol-fleet.ts';
import type { Figure } from './figure.ts';
import { fillFinished, fillQueued } from './fill.ts';
import { percentile } from './percentile.ts';
import { openPostgres } from './postgres-server.ts';
import { type Claimed, openQueueScene, type QueueScene } from './queue-scene.ts';
import { tableSizes } from './table-sizes.ts';

const ROUNDS = 10;
/** Claims of one agent after the other, in a round. */
const CLAIMS = 50;
const MANY_FINISHED = 10_000_000;
/** A finished task takes 2 KB of the disk with its attempt, its events and their indexes; and as much for a moment. */
const BYTES_EACH = 4000;

/** Rows are written without a log where that can be, and checkpoints do not come in the midst of it. */
const BULK = { wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '8GB' };

/** Each kind of needs is served by ten agents. */
const SHAPE = { needs: 1000, agents: 200, each: 50, slots: 1 };

type Stage = { name: string; scene: QueueScene; single: number[]; together: number[] };

/**
 * How long a claim takes, in process, however much is queued or done: from an agent's poll for one slot to its grant,
 * with 1,000 kinds of needs and 200 agents; one agent after the other, and all 200 at once. By turns in one run.
 */
export async function flatness(): Promise<Figure[]> {
  const postgres = await openPostgres(BULK);
  const stages: Stage[] = [];
  try {
    const open = async (name: string, queued: number, finished: number) => {
      const scene = await openQueueScene(await postgres.newDatabase(`flatness_${stages.length}`), SHAPE);
      stages.push({ name, scene, single: [], together: [] });
      const { project_id, database, agents } = scene;
      const fill = { db: database.api, project_id };
      if (finished) await fillFinished({ ...fill, count: finished }, agents[0]!);
      await fillQueued({ ...fill, count: queued });
    };
    await open('10^3 queued', 1e3, 0);
    await open('10^5 queued', 1e5, 0);
    await open('10^6 queued', 1e6, 0);
    const finished = await manyFinished();
    await open(`10^3 queued, 10^${Math.log10(finished)} finished`, 1e3, finished);
    const sizes = await Promise.all(stages.slice(2).map(({ name, scene }) => tableSizes(scene.database.api, name)));
    for (let round = -1; round < ROUNDS; round++) for (const stage of stages) await measure(stage, round);
    return [...stages.flatMap((stage) => figuresOf(stage, stages[0]!)), ...sizes];
  } finally {
    for (const { scene } of stages) await scene.close();
    await postgres.stop();
  }
}

/** 10^7, or as many as the disk has room for; or BENCH_FINISHED. */
async function manyFinished(): Promise<number> {
  if (process.env.BENCH_FINISHED) return Number(process.env.BENCH_FINISHED);
  const { bavail, bsize } = await statfs(tmpdir());
  return bavail * bsize > MANY_FINISHED * BYTES_EACH ? MANY_FINISHED : MANY_FINISHED / 10;
}

/** Each claimed task is done and followed by one of the same needs, so that the queue stays as long as it is. */
async function measure({ scene, single, together }: Stage, round: number): Promise<void> {
  for (let n = 0; n < CLAIMS; n++) {
    const agent = scene.agents[(round * CLAIMS + n + CLAIMS) % scene.agents.length]!;
    const begun = performance.now();
    const claimed = await claimOne(scene, agent);
    // The first round is for the plans and the caches.
    if (round >= 0) single.push(performance.now() - begun);
    await replace(scene, [claimed]);
  }
  const begun = performance.now();
  const all = await Promise.all(
    scene.agents.map(async (agent) => {
      const claimed = await claimOne(scene, agent);
      if (round >= 0) together.push(performance.now() - begun);
      return claimed;
    }),
  );
  await replace(scene, all);
}

async function claimOne(scene: QueueScene, agent: Member): Promise<Claimed> {
  const [claimed] = await scene.claim(agent, 1, 20_000);
  if (!claimed) throw new Error('Nothing was granted in 20 s.');
  return claimed;
}

async function replace(scene: QueueScene, claimed: Claimed[]): Promise<void> {
  await Promise.all(claimed.map(scene.complete));
  await scene.submit(claimed.map(({ need }) => need));
}

function figuresOf({ name, single, together }: Stage, first: Stage): Figure[] {
  const figure = (what: string, samples: number[], base: number[]): Figure => {
    const p99 = percentile(samples, 0.99);
    const measured = `${p99.toFixed(1)} ms (p50 ${percentile(samples, 0.5).toFixed(1)})`;
    return { what: `${what}, ${name}`, measured, ratio: `${(p99 / percentile(base, 0.99)).toFixed(2)}x` };
  };
  const claim = figure('claim p99', single, first.single);
  const ratio = percentile(single, 0.99) / percentile(first.single, 0.99);
  const judged = single === first.single ? claim : { ...claim, goal: '<= 1.5x', met: ratio <= 1.5 };
  // With one task in each queue there is less to read of each than with many, so this one is no goal.
  return [judged, figure('claim p99 when 200 agents ask at once', together, first.together)];
}
