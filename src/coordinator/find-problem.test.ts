import { expect, test } from 'vitest';
import { findProblem } from './find-problem.ts';

const WELL = { broken: [], sinceReapMs: 5000, reapEveryMs: 5000, stuck: undefined };

test('a coordinator is well while it reaps, no promise is broken and no work is stuck', () => {
  expect(findProblem(WELL)).toBeNull();
  expect(findProblem({ ...WELL, sinceReapMs: 30_000 })).toBeNull();
});

test('it says each of the things that are wrong: every broken invariant, a reaper that stands still, work that does [A8]', () => {
  const broken = [
    { id: 'I5', sentence: 'Slots', broken: 1 },
    { id: 'I8', sentence: 'No orphan', broken: 3 },
  ];
  expect(findProblem({ ...WELL, broken })).toBe('Broken invariants: I5 (1), I8 (3); see the log.');
  expect(findProblem({ ...WELL, sinceReapMs: 31_000 })).toBe('Nobody here has looked for lost leases for 31 s.');
  // Of one that reaps every ten minutes half an hour is nothing.
  expect(findProblem({ ...WELL, reapEveryMs: 600_000, sinceReapMs: 1_800_000 })).toBeNull();
  const stuck = { waits_ms: 75_000, agent: '0198c2f4-7b5a-7d3e-9c1f-0000000000a1' };
  expect(findProblem({ ...WELL, stuck, sinceReapMs: 31_000 })).toBe(
    'Nobody here has looked for lost leases for 31 s. A task has waited for 75 s, though agent 0198c2f4-7b5a-7d3e-9c1f-0000000000a1 could take it.',
  );
});
