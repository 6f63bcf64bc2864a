import fc from 'fast-check';
import type { ReportedEnd } from './move.ts';
import { AGENTS, type Passing, type Shape } from './world.ts';

const shape: fc.Arbitrary<Shape> = fc.record({
  slots: fc.constantFrom(1, 1, 1, 2),
  max_attempts: fc.constantFrom(3, 1, 2, 4, 5),
  backs_off: fc.constantFrom(false, false, false, true),
  delayed: fc.constantFrom(false, false, false, false, true),
});

export const shapes = fc.array(shape, { minLength: 2, maxLength: 5 });

/** Mostly what an attempt outlives; a deadline ends the task, and there is nothing to see after that. */
export const passing: fc.Arbitrary<Passing> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('lease') },
  { weight: 4, arbitrary: fc.constantFrom('available', 'start', 'attempt', 'cancel') },
  { weight: 1, arbitrary: fc.constantFrom('deadline', 'queue_deadline') },
);
export const reportedEnd: fc.Arbitrary<ReportedEnd> = fc.constantFrom(
  'succeeded',
  'retry',
  'failed',
  'released',
  'retry',
);
export const said = fc.constantFrom('one', 'one', 'another');
export const agent = fc.nat(AGENTS.length - 1);
/** Which task is meant, before it is known how many there are. */
export const task = fc.nat(11);
