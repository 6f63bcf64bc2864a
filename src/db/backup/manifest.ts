import { z } from 'zod';

// It is shown in a terminal, and a file may come from anybody.
const word = z.string().regex(/^[\w.:+ -]{1,100}$/);

/** The first line of a back-up: what it is of. */
export const manifest = z.object({
  format: z.literal(1),
  /** Of WHOOSH. */
  version: word,
  created_at: word,
  /** What read the database: `pg_dump 18.1` or `whoosh`. */
  by: word,
  /** Of the server. */
  postgres: word,
  /** The schema, by the names of its migrations. */
  migrations: z.array(word),
});
export type Manifest = z.infer<typeof manifest>;

/** The last line of a back-up: what must have come before it. */
export const tally = z.object({
  /** By table. */
  rows: z.record(word, z.number()),
  /** Of all bytes before the line, not compressed. */
  sha256: z.string(),
});
export type Tally = z.infer<typeof tally>;

// Comments, so that psql reads the whole as well.
export const HEAD = '-- whoosh backup ';
export const TAIL = '-- whoosh end ';
