import fc from 'fast-check';
import { passing, reportedEnd, said, task } from './arbitraries.ts';
import type { Answer, Move, ReportedEnd } from './move.ts';
import { AGENTS, type Passing, type World } from './world.ts';

/** What a holder sets out to do with one task: it claims, starts, tells that it is alive, and reports, now and then twice. */
type Job = { task: number; agent: number; end: ReportedEnd; says: string[] };
export type Scripts = {
  jobs: Job[];
  passings: { task: number; what: Passing }[];
  cancels: number[];
};

export const scripts: fc.Arbitrary<Scripts> = fc.record({
  jobs: fc.array(
    fc.record({
      task,
      agent: fc.nat(AGENTS.length - 1),
      end: reportedEnd,
      says: fc.array(said, { minLength: 1, maxLength: 2 }),
    }),
    { minLength: 2, maxLength: 6 },
  ),
  passings: fc.array(fc.record({ task, what: passing }), { maxLength: 6 }),
  cancels: fc.array(task, { maxLength: 1 }),
});

/** How actors reach the world: what is sent arrives at some time, in any order, and is answered. */
export type Channel = { look(): World; send(move: Move): Promise<Answer> };

/** Sets everybody to work at once; resolves when all have had all their answers. */
export const actAll = ({ jobs, passings, cancels }: Scripts, channel: Channel): Promise<unknown> =>
  Promise.all([
    ...jobs.map((job) => doJob(job, channel)),
    ...passings.map((one) => letPass(one, channel)),
    ...cancels.map((one) => channel.send({ do: 'cancel', task: indexOf(one, channel) })),
  ]);

const indexOf = (wish: number, { look }: Channel): number => wish % look().tasks.length;

async function doJob(job: Job, channel: Channel): Promise<void> {
  const ref = await claim(job, channel);
  if (!ref) return;
  const report = (text: string) => channel.send({ do: 'report', ...ref, end: job.end, said: text });
  await Promise.all([
    channel.send({ do: 'start', ...ref }),
    channel.send({ do: 'heartbeat', ...ref }),
    ...job.says.map(report),
    // A message that names an attempt of somebody else.
    channel.send({ do: 'report', ...ref, holder: 1 - ref.holder, end: job.end, said: 'foreign' }),
  ]);
}

/** It claims by what it saw before its message left, which may be stale when that arrives; then it looks again. */
async function claim(job: Job, channel: Channel): Promise<{ task: number; epoch: number; holder: number } | undefined> {
  const { holder } = AGENTS[job.agent]!;
  for (let tries = 0; tries < 2; tries++) {
    const at = indexOf(job.task, channel);
    const ref = { task: at, epoch: channel.look().tasks[at]!.epoch + 1, holder };
    if ((await channel.send({ do: 'claim', agent: job.agent, ...ref })) === 'claimed') return ref;
  }
  return undefined;
}

async function letPass({ task: wish, what }: Scripts['passings'][number], channel: Channel): Promise<void> {
  const at = indexOf(wish, channel);
  await channel.send({ do: 'pass', task: at, what });
  await channel.send({ do: 'wake', task: at });
  await channel.send({ do: 'reap', task: at });
}
