import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REQUIREMENTS } from './requirements.ts';

const IDS = Object.keys(REQUIREMENTS);
const PREFIXES = [...new Set(IDS.map((id) => id.replace(/\d+$/, '')))];
/** `[G3]`, as in a title; brackets around anything else are none of ours. */
const CITATION = new RegExp(`\\[((?:${PREFIXES.join('|')})\\d+)\\]`, 'g');

const citedIn = (text: string): string[] => [...text.matchAll(CITATION)].map(([, id]) => id!);

const citations = globSync(['src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.ts'])
  .filter((file) => !file.endsWith('requirements.test.ts'))
  .map((file) => ({ file, ids: citedIn(readFileSync(file, 'utf8')) }));
const cited = new Set(citations.flatMap(({ ids }) => ids));

test('tests cite only requirements that there are', () => {
  const unknown = citations.flatMap(({ file, ids }) =>
    ids.filter((id) => !IDS.includes(id)).map((id) => `${file} ${id}`),
  );
  expect(unknown).toEqual([]);
});

test('every requirement that is said to be met is cited by a test', () => {
  const unproved = Object.entries(REQUIREMENTS).filter(([id, [status]]) => status === 'now' && !cited.has(id));
  expect(unproved.map(([id, [, sentence]]) => `${id} ${sentence}`)).toEqual([]);
});

test('a requirement that a test cites is not kept as a promise', () => {
  const proved = Object.entries(REQUIREMENTS as Record<string, readonly [string, string]>).filter(
    ([id, [status]]) => status === 'later' && cited.has(id),
  );
  expect(proved.map(([id]) => id)).toEqual([]);
});

test('a citation is seen in a title, and only there where it is one', () => {
  expect(citedIn("test('nothing is lost [G1] [DB10]', () => cells[A1 + 1], list[i8], [X9])")).toEqual(['G1', 'DB10']);
});
