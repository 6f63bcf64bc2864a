import { readFileSync } from 'node:fs';
import type { Replica } from './replica.ts';

/** What one process took, once a second. Times are of performance.now(), in milliseconds. */
export type Sample = { pid: number; at: number; rssMiB: number; cpuS: number };

const EVERY_MS = 1000;
/** Of /proc: USER_HZ is 100 wherever Linux runs Node. */
const TICKS_PER_S = 100;

/** Measures the replicas until it is ended; the answer has their samples, by name. */
export function startSampling(replicas: Replica[]): { samples: Map<string, Sample[]>; end(): void } {
  const samples = new Map<string, Sample[]>(replicas.map(({ name }) => [name, []]));
  const look = () => {
    for (const { name, pid } of replicas) {
      const sample = measure(pid);
      if (sample) samples.get(name)!.push(sample);
    }
  };
  const timer = setInterval(look, EVERY_MS);
  return { samples, end: () => clearInterval(timer) };
}

function measure(pid: number): Sample | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    // After the name, which may hold anything: the 12th and 13th are the ticks of the process and of the system for it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const rssMiB = Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
    return { pid, at: performance.now(), rssMiB, cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S };
  } catch {
    return undefined; // It has ended; another one will be here soon.
  }
}

/** The samples of each process that ran under one name, in their order. */
export const livesOf = (samples: Sample[]): Sample[][] => [...Map.groupBy(samples, ({ pid }) => pid).values()];

/** Cores that were used on the average, over all lives. */
export function coresUsed(samples: Sample[]): number {
  const lives = livesOf(samples).map((life) => ({ first: life[0]!, last: life.at(-1)! }));
  const sum = (of: (life: (typeof lives)[number]) => number) => lives.reduce((all, life) => all + of(life), 0);
  return sum(({ first, last }) => last.cpuS - first.cpuS) / (sum(({ first, last }) => last.at - first.at) / 1000);
}

/** The line of least squares through the memory of one life: MiB a minute. */
export function slopeOf(life: Sample[]): number {
  const mean = (of: (sample: Sample) => number) => life.reduce((sum, sample) => sum + of(sample), 0) / life.length;
  const minutes = ({ at }: Sample) => at / 60_000;
  const [meanAt, meanRss] = [mean(minutes), mean(({ rssMiB }) => rssMiB)];
  const up = life.reduce((sum, one) => sum + (minutes(one) - meanAt) * (one.rssMiB - meanRss), 0);
  return up / life.reduce((sum, one) => sum + (minutes(one) - meanAt) ** 2, 0);
}
