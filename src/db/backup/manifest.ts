import { z } from 'zod';

/** The first line of a back-up: what it is of. */
export const manifest = z.object({
  format: z.literal(1),
  /** Of WHOOSH. */
  version: z.string(),
  created_at: z.string(),
  /** What read the database: `pg_dump 18.1` or `whoosh`. */
  by: z.string(),
  /** Of the server. */
  postgres: z.string(),
  /** The schema, by the names of its migrations. */
  migrations: z.array(z.string()),
});
export type Manifest = z.infer<typeof manifest>;

/** The last line of a back-up: what must have come before it. */
export const tally = z.object({
  /** By table. */
  rows: z.record(z.string(), z.number()),
  /** Of all bytes before the line, not compressed. */
  sha256: z.string(),
});
export type Tally = z.infer<typeof tally>;

// Comments, so that psql reads the whole as well.
export const HEAD = '-- whoosh backup ';
export const TAIL = '-- whoosh end ';
