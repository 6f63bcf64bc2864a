import fc from 'fast-check';
import { expect, test } from 'vitest';
import { actAll, scripts } from './actors.ts';
import { shapes } from './arbitraries.ts';
import type { Move } from './move.ts';
import { play } from './play.ts';
import { RULES, type Rules } from './rules.ts';
import { createWatch } from './watch.ts';
import { newWorld } from './world.ts';

/** Everybody acts at once; messages arrive in any order, as the scheduler has it. Fails at the first step that breaks an invariant. */
const anyOrder = (rules: Rules, onMove: (move: Move, answer: string) => void = () => {}) =>
  fc.asyncProperty(fc.scheduler(), shapes, scripts, async (scheduler, given, script) => {
    let world = newWorld(given);
    const watch = createWatch();
    const deliver = (move: Move) => {
      const { world: after, answer } = play(world, move, rules);
      const broken = watch({ before: world, move, answer, after });
      if (broken.length) throw new Error(`${JSON.stringify(move)} -> ${answer}: ${broken.join('; ')}`);
      world = after;
      onMove(move, answer);
      return answer;
    };
    const send = async (move: Move) => {
      await scheduler.schedule(Promise.resolve(), move.do);
      return deliver(move);
    };
    await scheduler.waitFor(actAll(script, { look: () => world, send }));
  });

/** Every answer that a mover can get. */
const ANSWERS = {
  claim: ['claimed', 'refused', 'taken'],
  start: ['running', 'refused'],
  heartbeat: ['continue', 'cancel', 'stop'],
  report: ['succeeded', 'failed', 'cancelled', 'queued', 'duplicate', 'outcome_conflict', 'lease_lost', 'not_found'],
  cancel: ['done', 'invalid_state'],
};

test('10,000 runs with messages in any order break no invariant, and every answer comes up [I1] [I2] [I3] [I5] [I9]', async () => {
  const seen = new Set<string>();
  const note = ({ do: name }: Move, answer: string) => seen.add(`${name}: ${answer}`);
  await fc.assert(anyOrder(RULES, note), { numRuns: 10_000 });
  const all = Object.entries(ANSWERS).flatMap(([name, answers]) => answers.map((answer) => `${name}: ${answer}`));
  expect([...seen]).toEqual(expect.arrayContaining(all));
});

/** The contract with one guard taken away: that the runs above find nothing says something only if these are found. */
const WEAKENED: { without: string; breaks: string; rules: Partial<Rules> }[] = [
  {
    without: 'the epoch of who reports',
    breaks: 'I2',
    rules: { holds: (task, { holder }) => task.holder === holder },
  },
  {
    without: 'the holder of who reports',
    breaks: 'I2',
    rules: { holds: (task, { epoch }) => task.holder !== null && task.epoch === epoch },
  },
  {
    without: 'the look whether it has ended',
    breaks: 'I2',
    rules: { holds: ({ tries }, ref) => tries.at(-1)?.epoch === ref.epoch && tries.at(-1)?.holder === ref.holder },
  },
  {
    without: 'the epoch of who claims',
    breaks: 'I1',
    rules: { mayBeClaimed: (task) => RULES.mayBeClaimed(task, task.epoch + 1) },
  },
  {
    without: 'the look whether a task is held',
    breaks: 'I3',
    rules: { mayBeClaimed: (task, epoch) => RULES.mayBeClaimed({ ...task, ready: true }, epoch) },
  },
  { without: 'the count of slots', breaks: 'I5', rules: { fits: () => true } },
  { without: 'the limit of attempts', breaks: 'I9', rules: { hasTriesLeft: () => true } },
];

test.each(WEAKENED)('without $without a run breaks $breaks', async ({ breaks, rules }) => {
  const { failed, errorInstance } = await fc.check(anyOrder({ ...RULES, ...rules }), { numRuns: 10_000 });
  expect(failed).toBe(true);
  expect(String(errorInstance)).toContain(`${breaks}:`);
});
