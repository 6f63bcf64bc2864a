import { z } from 'zod';

/** A number that a server tells; anything odd counts as not told. */
export const count = z.number().int().nonnegative().nullish().catch(null);

/** The numbers of one embedding. Looked through by hand: by zod, 4096 at a time, it took most of the call. */
export const vector = z.custom<number[]>(
  (value) => Array.isArray(value) && value.length > 0 && value.every(Number.isFinite),
);
