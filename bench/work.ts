import { setTimeout as pause } from 'node:timers/promises';
import { atMost } from './at-most.ts';
import type { Contender, Work } from './contender.ts';
import { type Measure, OURS, withContenders } from './contest.ts';
import type { Figure } from './figure.ts';
import { percentile } from './percentile.ts';
import { rateFigures } from './rate-figures.ts';

const HTTP = 'WHOOSH, over HTTP';
const BACKLOG = 4000;
const MOST_MS = 3000;
const GOALS = [
  // Its local queue gives the fence away: whoever holds a job there is not asked for it when it ends.
  { against: '64 at once, else its defaults', atLeast: 4 },
  { against: 'BullMQ', atLeast: 1 },
  { against: 'raw PostgreSQL, coalesced', atLeast: 0.6 },
];
const LATENCY_TASKS = 250;
const GAP_MS = 20;
const LIFE_MS = 4000;
const LIFE_CALLERS = 32;

/** Claim and completion from a backlog, submit to start at 50 a second, and the whole life of tasks over HTTP. */
export const work = (): Promise<Figure[]> =>
  withContenders(async (contenders) => {
    const all = contenders.flatMap((contender) => contender.works.map((one) => toMeasure(contender, one)));
    const rates = await rateFigures('claim + complete', all, GOALS);
    const latencies: Figure[] = [];
    // Those in raw SQL look for work in a loop with a pause, which would be measured here.
    const told = contenders.filter(({ name }) => !name.startsWith('raw'));
    for (const contender of told) latencies.push(...(await latency(contender)));
    return [...rates, ...latencies, await wholeLife(contenders.find(({ name }) => name === HTTP)!)];
  });

function toMeasure(contender: Contender, work: Work): Measure {
  return {
    contender: contender.name,
    how: work.how,
    async run() {
      for (let n = 0; n < BACKLOG; n += 1000) await contender.submitMany(1000);
      const { promise, resolve } = Promise.withResolvers<void>();
      let done = 0;
      const begun = performance.now();
      const ended = () => void (++done === BACKLOG && resolve());
      const stop = await work.start({ started: () => {}, ended });
      const timer = setTimeout(resolve, MOST_MS);
      await promise;
      clearTimeout(timer);
      const rate = done / ((performance.now() - begun) / 1000);
      await stop();
      await empty(contender, work, BACKLOG - done);
      return rate;
    },
  };
}

/** What was left must not be found by the next round. */
async function empty(contender: Contender, work: Work, left: number): Promise<void> {
  if (left <= 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = await work.start({ started: () => {}, ended: () => void (--left <= 0 && resolve()) });
  // Those that were claimed when the round ended are done by now, uncounted.
  await Promise.race([promise, pause(20_000)]);
  await stop();
  if (left > BACKLOG / 4) throw new Error(`${contender.name}: ${left} tasks were not done.`);
}

/** From the call that submits to the start of its work, by the fastest way of working that the contender has. */
async function latency({ name, submit, works }: Contender): Promise<Figure[]> {
  const sent = new Map<number, number>();
  const samples: number[] = [];
  const started = (n: number) => {
    const at = sent.get(n);
    if (at !== undefined) samples.push(performance.now() - at);
  };
  const stop = await works[0]!.start({ started, ended: () => {} });
  for (let n = 1; n <= LATENCY_TASKS; n++) {
    sent.set(n, performance.now());
    await submit(n);
    await pause(GAP_MS);
  }
  for (const over = Date.now() + 5000; samples.length < LATENCY_TASKS && Date.now() < over; ) await pause(10);
  await stop();
  const at = (share: number) => percentile(samples, share);
  const goals = name === OURS ? [2, 8] : name === HTTP ? [5, 20] : [];
  const what = `submit to start, 50/s: ${name}`;
  return [
    latencyFigure(`${what}, p50`, at(0.5), goals[0]),
    latencyFigure(`${what}, p99 (max ${at(1).toFixed(1)} ms, ${samples.length} tasks)`, at(0.99), goals[1]),
  ];
}

function latencyFigure(what: string, ms: number, goal: number | undefined): Figure {
  return goal === undefined ? { what, measured: `${ms.toFixed(1)} ms` } : atMost(what, ms, goal, 'ms', 1);
}

/** Submit, claim, start and complete at once, with callers that submit as fast as they are answered. */
async function wholeLife({ name, submit, works }: Contender): Promise<Figure> {
  let done = 0;
  const stop = await works[0]!.start({ started: () => {}, ended: () => void done++ });
  const begun = performance.now();
  const ask = async () => {
    while (performance.now() - begun < LIFE_MS) await submit(0);
  };
  await Promise.all(Array.from({ length: LIFE_CALLERS }, ask));
  const rate = done / ((performance.now() - begun) / 1000);
  await stop();
  const measured = `${Math.round(rate).toLocaleString('en')}/s`;
  return { what: `whole life: ${name}, ${LIFE_CALLERS} callers`, measured, goal: '>= 3,000/s', met: rate >= 3000 };
}
