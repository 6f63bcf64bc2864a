import type { Answer, Move } from './move.ts';
import { slotsInUse } from './play.ts';
import { isLive, type Task, type World } from './world.ts';

type Step = { before: World; move: Move; answer: Answer; after: World };

/** Answers with which a report was taken. */
const TAKEN = ['succeeded', 'failed', 'cancelled', 'queued'];

/**
 * Looks at every step and answers sentences of what it breaks: I1, I2, I3, I5, I9. What it holds a report against is
 * its own book of who was granted what and who lost it, kept from answers, not the rules' idea of the epoch.
 */
export function createWatch(): (step: Step) => string[] {
  /** By task, the attempt that was granted last and has not ended. */
  const open = new Map<number, { epoch: number; holder: number }>();
  return (step) => {
    const { move, answer, before, after } = step;
    const broken = [...checkTask(step), ...checkSlots(after)];
    const current = open.get(move.task);
    if (move.do === 'claim' && answer === 'claimed') open.set(move.task, move);
    else if (after.tasks[move.task]!.holder === null) open.delete(move.task);
    if (move.do !== 'report' || !TAKEN.includes(answer)) return broken;
    if (current?.epoch !== move.epoch || current.holder !== move.holder)
      broken.push(`I2: attempt ${move.epoch} of holder ${move.holder} ended the task, but did not hold it`);
    if (!isLive(before.tasks[move.task]!)) broken.push('I2: a task ended twice');
    return broken;
  };
}

function checkTask({ before, move, answer, after }: Step): string[] {
  const [was, is] = [before.tasks[move.task]!, after.tasks[move.task]!];
  const granted = Math.max(0, ...was.tries.map(({ epoch }) => epoch));
  const isGrant = move.do === 'claim' && answer === 'claimed';
  const isSuccess = move.do === 'report' && move.end === 'succeeded' && answer === 'succeeded';
  return [
    ...(is.epoch < was.epoch || (isGrant && move.epoch <= granted) ? ['I1: an epoch did not grow'] : []),
    ...(!isLive(was) && JSON.stringify(was) !== JSON.stringify(is) ? ['I2: a terminal task changed'] : []),
    ...(isSuccess && is.result !== move.said ? ['I2: another result than the one that was taken'] : []),
    ...(hasOneHolder(is) ? [] : ['I3: an attempt is open that does not hold the task, or two are']),
    ...(counted(is) > is.max_attempts ? ['I9: more attempts than it may have'] : []),
  ];
}

function hasOneHolder({ tries, epoch, holder }: Task): boolean {
  const open = tries.filter(({ outcome }) => outcome === null);
  if (holder === null) return open.length === 0;
  return open.length === 1 && open[0]!.epoch === epoch && open[0]!.holder === holder;
}

const counted = ({ tries }: Task): number => tries.filter(({ report }) => !report?.startsWith('released')).length;

const checkSlots = (world: World): string[] =>
  world.agents.flatMap(({ max_concurrent }, agent) => {
    const used = slotsInUse(world, agent);
    return used > max_concurrent ? [`I5: agent ${agent} has ${used} slots in use of ${max_concurrent}`] : [];
  });
