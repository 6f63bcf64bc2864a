import { z } from 'zod';

/** A number that a server tells; anything odd counts as not told. */
export const count = z.number().int().nonnegative().nullish().catch(null);

/** The numbers of one embedding. Looked through by hand: by zod, 4096 at a time, it took most of the call. */
export const vector = z.custom<number[]>(
  (value) => Array.isArray(value) && value.length > 0 && value.every(Number.isFinite),
);

/**
 * A list of more things is none. Every array that a server sends has such an end: zod counts before it looks, and without
 * one each item that is wrong costs 450 bytes; an answer of 1 MiB that was full of them took 450 MiB and three seconds.
 */
export const MOST_LISTED = 10_000;

/** Words that a server tells, looked through by hand as well: of a million that are none, zod makes a million issues. */
export const wordArray = z.custom<string[]>(
  (value) => Array.isArray(value) && value.every((word) => typeof word === 'string'),
);
