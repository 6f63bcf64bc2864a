import { z } from 'zod';

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/**
 * Any JSON whose numbers survive: `1e20000` parses to Infinity and would be stored as null, so it is refused by name.
 * Depth is bounded before parsing (http/json-body.ts), so the walk below cannot overflow the stack.
 */
export const jsonValue: z.ZodType<JsonValue> = z
  .custom<JsonValue>(hasOnlyFiniteNumbers, 'a number is too large for a double: write it as a string')
  .meta({ description: 'any JSON value' });

function hasOnlyFiniteNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value !== 'object') return value !== undefined;
  return Object.values(value).every(hasOnlyFiniteNumbers);
}

/**
 * A record of `shape` with `most` fields, counted before one of them is looked at: 90,000 bad ones held the event loop for
 * two seconds.
 */
export const fewFields = <T extends z.ZodType>(shape: T, most: number, sentence: string) =>
  z.preprocess((value, ctx) => {
    if (value === null || typeof value !== 'object' || Object.keys(value).length <= most) return value;
    ctx.addIssue(sentence);
    return z.NEVER;
  }, shape);

/** Query of every list: `cursor` from the page before, `limit` items (1 to 200, default 50). */
export const pageQuery = z.strictObject({
  cursor: z.string().max(200).optional().describe('next_cursor of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** One page of a list: `next_cursor` is null on the last. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });
