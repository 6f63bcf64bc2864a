import { byTurns, type Measure, OURS } from './contest.ts';
import type { Figure } from './figure.ts';
import { percentile } from './percentile.ts';

/** A ratio ours / theirs that must be reached against the contender whose row says `against`. */
export type RatioGoal = { against: string; atLeast: number };

const ROUNDS = 5;

/** Medians of rates and of the ratios of WHOOSH in process to everybody else, round by round. */
export async function rateFigures(what: string, measures: Measure[], goals: RatioGoal[] = []): Promise<Figure[]> {
  const results = await byTurns(measures, ROUNDS);
  const ours = results.get(measures.find(({ contender }) => contender === OURS)!)!;
  return measures.map((one) => {
    const theirs = results.get(one)!;
    const measured = `${Math.round(median(theirs)).toLocaleString('en')}/s`;
    const row = `${one.contender}: ${one.how}`;
    if (one.contender === OURS) return { what: `${what}: ${row}`, measured };
    const ratio = median(ours.map((rate, round) => rate / theirs[round]!));
    const goal = goals.find(({ against }) => row.includes(against));
    const judged = goal ? { goal: `>= ${goal.atLeast}x`, met: ratio >= goal.atLeast } : {};
    return { what: `${what}: ${row}`, measured, ratio: `${ratio.toFixed(2)}x`, ...judged };
  });
}

const median = (values: number[]): number => percentile(values, 0.5);
