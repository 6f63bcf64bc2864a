import { readFileSync } from 'node:fs';
import type { Cage } from './cage.ts';
import { liveMiB } from './live-memory.ts';
import type { Replica } from './replica.ts';

/** What one process took, once a second. Times are of performance.now(), in milliseconds. */
export type Sample = {
  pid: number;
  at: number;
  rssMiB: number;
  cpuS: number;
  /** For how long its main thread could have run and got no processor, its own limit aside. */
  waitedS: number;
  /** In use after a collection of garbage, every 15 s. */
  liveMiB?: number;
};

const EVERY_MS = 1000;
/** A collection takes a replica 0.1 s of its half a core. */
const COLLECT_EVERY_MS = 15_000;
/** Of /proc: USER_HZ is 100 wherever Linux runs Node. */
const TICKS_PER_S = 100;

/** Measures the replicas until it is ended; the answer has their samples, by name. */
export function startSampling(replicas: Replica[]): { samples: Map<string, Sample[]>; end(): void } {
  const samples = new Map<string, Sample[]>(replicas.map(({ name }) => [name, []]));
  const look = () => {
    for (const { name, pid, cage } of replicas) {
      const sample = measure(pid, cage);
      if (sample) samples.get(name)!.push(sample);
    }
  };
  const collect = () => {
    for (const { name, inspectorPort } of replicas) {
      const last = samples.get(name)!.at(-1);
      // It is on its way out, or not yet in.
      if (last)
        liveMiB(inspectorPort).then(
          (live) => Object.assign(last, { liveMiB: live }),
          () => {},
        );
    }
  };
  const timers = [setInterval(look, EVERY_MS), setInterval(collect, COLLECT_EVERY_MS)];
  return { samples, end: () => timers.forEach((timer) => void clearInterval(timer)) };
}

function measure(pid: number, cage: Cage): Sample | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    // After the name, which may hold anything: the 12th and 13th are the ticks of the process and of the system for it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const rssMiB = Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
    const [, waitedNs] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    const cpuS = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
    return { pid, at: performance.now(), rssMiB, cpuS, waitedS: Number(waitedNs) / 1e9 - cage.throttledS() };
  } catch {
    return undefined; // It has ended; another one will be here soon.
  }
}

/** The samples of each process that ran under one name, in their order. */
export const livesOf = (samples: Sample[]): Sample[][] => [...Map.groupBy(samples, ({ pid }) => pid).values()];

/** What was taken of each second on the average, over all lives: of `cpuS` cores, of `waitedS` the part spent waiting. */
export function perSecond(samples: Sample[], what: 'cpuS' | 'waitedS'): number {
  const lives = livesOf(samples).map((life) => ({ first: life[0]!, last: life.at(-1)! }));
  const sum = (of: (life: (typeof lives)[number]) => number) => lives.reduce((all, life) => all + of(life), 0);
  return sum(({ first, last }) => last[what] - first[what]) / (sum(({ first, last }) => last.at - first.at) / 1000);
}

/** As much of the past as an event loop is judged by, and a little more. */
const JUST_BEFORE_MS = 5000;

/** The part of the 5 s before `at` for which a replica could have run and got no processor; 0 when nothing was measured. */
export function waitingBefore(samples: Sample[], at: number): number {
  const seen = samples.filter((sample) => sample.at <= at && sample.at > at - JUST_BEFORE_MS);
  return seen.length < 2 ? 0 : perSecond(seen, 'waitedS');
}

/** The line of least squares through the memory in use: MiB a minute. */
export function slopeOf(life: Sample[]): number {
  const seen = life.flatMap(({ at, liveMiB }) => (liveMiB === undefined ? [] : [{ minute: at / 60_000, liveMiB }]));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanAt, meanLive] = [mean(seen.map(({ minute }) => minute)), mean(seen.map(({ liveMiB }) => liveMiB))];
  const up = seen.reduce((sum, { minute, liveMiB }) => sum + (minute - meanAt) * (liveMiB - meanLive), 0);
  return up / seen.reduce((sum, { minute }) => sum + (minute - meanAt) ** 2, 0);
}
