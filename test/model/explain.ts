import { isDeepStrictEqual } from 'node:util';
import type { Answer, Move } from './move.ts';
import { play } from './play.ts';
import { type View, viewOf } from './view.ts';
import type { World } from './world.ts';

/** A move that was made, and the answer to it. */
export type Told = { move: Move; answer: Answer };

/**
 * The world that moves made at the same moment have left: that of an order of them in which the rules give every mover
 * the answer it was given and leave what the database shows; undefined when there is no such order. A claim passes over
 * a task that another move has locked, and so do the waker and a reaper whose look was too early.
 */
export const explain = (world: World, told: readonly Told[], seen: View): World | undefined =>
  search(
    world,
    told.filter(({ move }) => !looksInVain(world, move)),
    seen,
  );

/** No other move makes a task overdue, so where a reaper or a waker has nothing to do at first it has nothing later. */
const looksInVain = (world: World, move: Move): boolean =>
  (move.do === 'reap' || move.do === 'wake') && isDeepStrictEqual(play(world, move).world, world);

function search(world: World, told: readonly Told[], seen: View): World | undefined {
  if (!told.length) return isDeepStrictEqual(viewOf(world), seen) ? world : undefined;
  for (const [at, one] of told.entries()) {
    const rest = told.toSpliced(at, 1);
    for (const after of outcomesOf(world, one, told)) {
      const explained = search(after, rest, seen);
      if (explained) return explained;
    }
  }
  return undefined;
}

function outcomesOf(world: World, { move, answer }: Told, among: readonly Told[]): World[] {
  const played = play(world, move);
  const meant = played.answer === answer ? [played.world] : [];
  return passesOver(move, answer) && among.length > 1 ? [...meant, world] : meant;
}

const passesOver = ({ do: name }: Move, answer: Answer): boolean =>
  name === 'reap' || name === 'wake' || (name === 'claim' && answer === 'taken');
