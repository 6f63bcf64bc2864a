import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Figure } from './figure.ts';
import { percentile } from './percentile.ts';
import { openPostgres } from './postgres-server.ts';
import { openQueueScene, type QueueScene } from './queue-scene.ts';

const SHAPE = { needs: 10, agents: 4, each: 10, slots: 64 };
/** Of each of the three parts; BENCH_CHURN_S makes it longer. */
const PART_MS = Number(process.env.BENCH_CHURN_S ?? 15) * 1000;
/** Tasks that wait, about. */
const QUEUED = 2000;
const BULK = 500;
const WARM_UP_MS = 5000;

/** Milliseconds of each claim, and tasks that were done. */
type Part = { claims: number[]; done: number };

/**
 * Tasks go through as fast as they can, in process, four runners of 64 slots; in the second of three parts somebody holds
 * a REPEATABLE READ transaction open, so that PostgreSQL can clear nothing away that the work leaves behind.
 */
export async function churn(): Promise<Figure[]> {
  const postgres = await openPostgres();
  const url = await postgres.newDatabase('churn');
  const scene = await openQueueScene(url, SHAPE);
  try {
    const flow = startFlow(scene);
    await pause(WARM_UP_MS);
    const before = await flow.during(() => pause(PART_MS));
    const held = await flow.during(() => holdSnapshot(url));
    const after = await flow.during(() => pause(PART_MS));
    await flow.stop();
    return [
      ...figuresOf('before', before, before),
      ...figuresOf('with a transaction held open', held, before),
      ...figuresOf('after it', after, before),
    ];
  } finally {
    await scene.close();
    await postgres.stop();
  }
}

async function holdSnapshot(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read; select from live_tasks limit 1');
    await pause(PART_MS);
  } finally {
    await client.end();
  }
}

/** Submits, claims and completes until it is stopped. */
function startFlow(scene: QueueScene) {
  let part: Part = { claims: [], done: 0 };
  let queued = 0;
  let over = false;
  const submit = async () => {
    for (let n = 0; !over; ) {
      if (queued > QUEUED) await pause(5);
      else {
        await scene.submit(Array.from({ length: BULK }, () => n++ % SHAPE.needs));
        queued += BULK;
      }
    }
  };
  const work = async (agent: QueueScene['agents'][number]) => {
    while (!over) {
      const begun = performance.now();
      const claimed = await scene.claim(agent, SHAPE.slots, 1000);
      if (claimed.length) part.claims.push(performance.now() - begun);
      queued -= claimed.length;
      await Promise.all(claimed.map(scene.complete));
      part.done += claimed.length;
    }
  };
  const flowing = Promise.all([submit(), ...scene.agents.map(work)]);
  return {
    async during(act: () => Promise<void>): Promise<Part> {
      const mine: Part = { claims: [], done: 0 };
      part = mine;
      await act();
      return mine;
    },
    async stop() {
      over = true;
      await flowing;
    },
  };
}

function figuresOf(when: string, { claims, done }: Part, base: Part): Figure[] {
  const p99 = percentile(claims, 0.99);
  const ratio = p99 / percentile(base.claims, 0.99);
  const through = `${done.toLocaleString('en')} tasks, ${Math.round(done / (PART_MS / 1000)).toLocaleString('en')}/s`;
  const measured = `${p99.toFixed(1)} ms (p50 ${percentile(claims, 0.5).toFixed(1)})`;
  return [{ what: `churn, ${when} (${through}): claim p99`, measured, ratio: `${ratio.toFixed(2)}x` }];
}
