import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { citations, citedIn } from './citations.ts';
import { REQUIREMENTS } from './requirements.ts';
import { SEED } from './seed.ts';

const IDS = Object.keys(REQUIREMENTS);
const cites = citations();
const cited = new Set(cites.flatMap(({ ids }) => ids));

test('tests cite only requirements that there are', () => {
  const unknown = cites.flatMap(({ file, ids }) => ids.filter((id) => !IDS.includes(id)).map((id) => `${file} ${id}`));
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

test('every line of the seed has its place in the checklist, and what is named there exists [S43]', () => {
  const lines = SEED.flatMap(({ lines }) => Object.entries(lines));
  expect(lines.map(([id]) => id).sort()).toEqual(IDS.filter((id) => /^S\d/.test(id)).sort());
  expect(lines.flatMap(([, places]) => places).filter((place) => !existsSync(place))).toEqual([]);
});

test('every requirement of the seed that is met says where', () => {
  const nowhere = SEED.flatMap(({ lines }) => Object.entries(lines)).filter(
    ([id, places]) => REQUIREMENTS[id as keyof typeof REQUIREMENTS][0] === 'now' && !places.length,
  );
  expect(nowhere).toEqual([]);
});
