import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { mutate } from './mutate.ts';

// `npm run mutants` tries them out, in minutes. This says at once when a guard was rewritten and its mutant was not.
test.each(MUTANTS)('the guard that the mutant $name weakens stands in $file, once', (mutant) => {
  const text = readFileSync(mutant.file, 'utf8');
  expect(mutate(text, mutant)).not.toBe(text);
  expect(mutant.tests.filter((file) => !existsSync(file))).toEqual([]);
});

test('mutants have names of their own, and a text that is not found is an error', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  const mutant = { ...MUTANTS[0]!, from: 'nowhere to be found' };
  expect(() => mutate('text', mutant)).toThrow('its text stands 0 times');
  expect(() => mutate('let a = 1;', { ...mutant, from: '= 1', to: '= (' })).toThrow('no TypeScript');
});
