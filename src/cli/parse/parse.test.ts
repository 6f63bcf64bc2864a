import { expect, test } from 'vitest';
import { parseDependencies } from './dependency.ts';
import { parseDuration } from './duration.ts';
import { parseInstant } from './instant.ts';
import { parseLabelRule } from './label-rule.ts';
import { parseWords } from './words.ts';
import { parseWorkspace } from './workspace.ts';

test('a duration is a number with its unit, or several', () => {
  const read = ['500ms', '30s', '5m', '1h30m', '2d', '1.5s', '0s'].map(parseDuration);
  expect(read).toEqual([500, 30_000, 300_000, 5_400_000, 172_800_000, 1500, 0]);
  for (const bad of ['', '5', 's', '-5s', '5 s', '5s!', '5x'])
    expect(() => parseDuration(bad)).toThrow('Expected a duration');
});

test('a time is RFC 3339, with or without its zone, or from now on', () => {
  expect(parseInstant('2026-01-31T18:00:00Z')).toBe('2026-01-31T18:00:00.000Z');
  expect(parseInstant('2026-01-31T18:00:00+02:00')).toBe('2026-01-31T16:00:00.000Z');
  expect(parseInstant('2026-01-31T18:00')).toBe(new Date('2026-01-31T18:00').toISOString());
  expect(Math.abs(Date.parse(parseInstant('+2h')) - Date.now() - 7_200_000)).toBeLessThan(5000);
  for (const bad of ['', '5', 'now', '2026-13-01', '18:00', '+2'])
    expect(() => parseInstant(bad)).toThrow('Expected a');
});

test('rules for labels are read in all four forms', () => {
  const read = (text: string) => parseLabelRule(text)[0];
  expect(read('os=linux')).toEqual({ key: 'os', op: '=', value: 'linux' });
  expect(read('os = linux')).toEqual({ key: 'os', op: '=', value: 'linux' });
  expect(read('os=')).toEqual({ key: 'os', op: '=', value: '' });
  expect(read('zone!=x')).toEqual({ key: 'zone', op: '!=', value: 'x' });
  expect(read('zone in a, b')).toEqual({ key: 'zone', op: 'in', values: ['a', 'b'] });
  expect(read('gpu')).toEqual({ key: 'gpu', op: 'exists' });
  expect(read('domain=in')).toEqual({ key: 'domain', op: '=', value: 'in' });
  expect(read('inside')).toEqual({ key: 'inside', op: 'exists' });
  expect(parseLabelRule('b', parseLabelRule('a'))).toHaveLength(2);
  for (const bad of ['', 'a b', 'a > 1', 'zone in', '=x']) expect(() => parseLabelRule(bad)).toThrow('Expected');
});

test('a workspace is none, a folder or a repository at a ref', () => {
  expect(parseWorkspace('none')).toEqual({ kind: 'none' });
  expect(parseWorkspace('dir:/a b')).toEqual({ kind: 'directory', path: '/a b' });
  expect(parseWorkspace('git:https://x/y.git')).toEqual({ kind: 'git', repository: 'https://x/y.git' });
  expect(parseWorkspace('git:me@x:y.git#main')).toEqual({ kind: 'git', repository: 'me@x:y.git', ref: 'main' });
  expect(parseWorkspace('git:/a#refs/heads/b#1')).toEqual({ kind: 'git', repository: '/a', ref: 'refs/heads/b#1' });
  for (const bad of ['', 'dir:', 'git:', 'git:#main', '/a']) expect(() => parseWorkspace(bad)).toThrow('Expected');
});

test('lists come with commas, by repetition, or both', () => {
  expect(parseWords('a, b', parseWords('c'))).toEqual(['c', 'a', 'b']);
  expect(parseDependencies('1:run,2', parseDependencies('3'))).toEqual([
    { task: '3' },
    { task: '1', policy: 'run' },
    { task: '2' },
  ]);
});
