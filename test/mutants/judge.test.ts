import { expect, test } from 'vitest';
import { judge } from './judge.ts';

const failing = (message: string) => judge({ passed: 1, failures: [{ title: 'a test', message }], problem: null });

test.each([
  ['an assertion', 'AssertionError: expected 1 to be 2'],
  ['a property', 'Error: Property failed after 3 tests'],
  ['something that never came', 'Error: Waited 10000 ms in vain for () => true'],
])('a mutant is caught by %s', (_what, message) => {
  expect(failing(message)).toEqual({ caught: true, by: 'a test' });
});

test.each([
  ['a statement that PostgreSQL cannot read', 'AssertionError: error: syntax error at or near "and"'],
  ['a name that is gone', 'ReferenceError: x is not defined'],
  ['a test that took too long', 'Error: Test timed out in 30000ms.'],
])('%s catches nothing', (_what, message) => {
  expect(failing(message).caught).toBe(false);
});

test('a mutant that no test minds survives, and so does one whose tests do not load', () => {
  expect(judge({ passed: 9, failures: [], problem: null })).toEqual({ caught: false, by: 'no test fails' });
  expect(judge({ passed: 0, failures: [], problem: 'no end within 90 s' }).caught).toBe(false);
});
