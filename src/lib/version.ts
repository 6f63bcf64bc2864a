import { readFileSync } from 'node:fs';

/** The version of this package, from package.json; src/ and dist/ lie equally deep below it. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
