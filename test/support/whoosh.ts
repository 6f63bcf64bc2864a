import { fileURLToPath } from 'node:url';

/** The program `whoosh`, for Node to run. */
export const WHOOSH = fileURLToPath(new URL('../../bin/whoosh.js', import.meta.url));
