import type { Queue } from './assign.ts';

/** All that was read of the queue is given, and there may be more: a round cannot tell what comes next. */
export const isSpent = ({ heads, has_more }: Queue): boolean => has_more && !heads.length;
