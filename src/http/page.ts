import type { z } from 'zod';
import { AppError } from '../errors.ts';

/** One page of a list. */
export type Page<T> = { items: T[]; next_cursor: string | null };

/**
 * Makes a page of `rows`, which were read with `limit + 1`: one more than the page shows there is a next one. `keyOf`
 * gives what the next page begins after; clients see it as an opaque word.
 */
export function toPage<T>(rows: T[], limit: number, keyOf: (row: T) => unknown): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, next_cursor: more ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null };
}

/** What `keyOf` gave for the last row of the page before; undefined for the first page. `invalid_request` if it is not one of ours. */
export function readCursor<T extends z.ZodType>(cursor: string | undefined, shape: T): z.output<T> | undefined {
  if (cursor === undefined) return undefined;
  const result = shape.safeParse(decode(cursor));
  if (result.success) return result.data;
  const errors = [{ path: 'cursor', message: 'not a next_cursor of this list' }];
  throw new AppError('invalid_request', 'The cursor is not from a page of this list.', { errors });
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    // Not JSON, so not ours either: the shape refuses undefined.
    return undefined;
  }
}
