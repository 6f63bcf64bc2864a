import fc from 'fast-check';
import { AGENTS, PASSINGS, type Shape } from './world.ts';

export const shape: fc.Arbitrary<Shape> = fc.record({
  slots: fc.constantFrom(1, 1, 1, 2),
  max_attempts: fc.integer({ min: 1, max: 4 }),
  backs_off: fc.constantFrom(false, false, false, true),
  delayed: fc.constantFrom(false, false, false, false, true),
});

export const shapes = fc.array(shape, { minLength: 1, maxLength: 3 });

export const passing = fc.constantFrom(...PASSINGS, 'lease' as const, 'lease' as const, 'available' as const);
export const reportedEnd = fc.constantFrom(
  'succeeded',
  'succeeded',
  'succeeded',
  'failed',
  'retry',
  'released' as const,
);
export const said = fc.constantFrom('one', 'one', 'another');
export const agent = fc.nat(AGENTS.length - 1);
export const task = fc.nat(2);
