import { createHash } from 'node:crypto';

/** SHA-256 as lower-case hex, the form in which SQL takes it: `decode($1, 'hex')`. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
