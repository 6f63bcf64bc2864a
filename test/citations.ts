import { globSync, readFileSync } from 'node:fs';
import { REQUIREMENTS } from './requirements.ts';

const PREFIXES = [...new Set(Object.keys(REQUIREMENTS).map((id) => id.replace(/\d+$/, '')))];
/** `[G3]`, as in a title; brackets around anything else are none of ours. */
const CITATION = new RegExp(`\\[((?:${PREFIXES.join('|')})\\d+)\\]`, 'g');

/** The ids of requirements that a text cites. */
export const citedIn = (text: string): string[] => [...text.matchAll(CITATION)].map(([, id]) => id!);

/** Every test, the run of an upgrade, and every check of an example, with the requirements that it cites. */
export const citations = (): { file: string; ids: string[] }[] =>
  globSync(['src/**/*.test.ts', 'test/**/*.test.ts', 'test/upgrade/run.ts', 'examples/**/*.ts'])
    .filter((file) => !file.endsWith('requirements.test.ts'))
    .sort()
    .map((file) => ({ file, ids: citedIn(readFileSync(file, 'utf8')) }));
