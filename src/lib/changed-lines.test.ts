import { expect, test } from 'vitest';
import { changedLines } from './changed-lines.ts';

test.each([
  ['a\nb\nc\n', 'a\nx\nc\n', ['b'], ['x']],
  ['', 'new\nfile\n', [], ['new', 'file']],
  ['old\n', '', ['old'], []],
  ['a\na\n', 'a\na\na\n', [], ['a']],
  ['same\n', 'same\n', [], []],
])('of %j and %j only what differs is shown', (before, after, removed, added) => {
  expect(changedLines(before, after)).toEqual({ removed, added });
});
