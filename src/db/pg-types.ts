import pg from 'pg';

type Parser = (text: string) => unknown;

const TEXT_ARRAY = 1009;
const texts = pg.types.getTypeParser(TEXT_ARRAY as never) as (text: string) => NestedTexts;
type NestedTexts = (string | null | NestedTexts)[];

/** A whole number when a double holds it exactly (up to 9,007,199,254,740,991), else the digits as text. */
function parseInt8(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

// 2026-01-02 03:04:05.678901+00 is the only form a session in UTC sends for years 0001 to 9999. Microseconds are cut,
// not rounded: rounding could put a moment into the future.
const UTC_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/;

/** RFC 3339 in UTC with milliseconds; `infinity` and years outside 0001 to 9999 stay as PostgreSQL writes them. */
function parseTimestamptz(text: string): string {
  const match = UTC_TIME.exec(text);
  if (match) return `${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(3, '0').slice(0, 3)}Z`;
  const time = Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}

const asText: Parser = (text) => text;

function arrayOf(parse: Parser): Parser {
  const parseAll = (items: NestedTexts): unknown[] =>
    items.map((item) => (item === null ? null : Array.isArray(item) ? parseAll(item) : parse(item)));
  return (text) => parseAll(texts(text));
}

// Oids of pg_type; they never change. pg's own parsers would make a Date in the replica's time zone of `date` and
// `timestamp`, which shifts them by a day or by hours.
const PARSERS = new Map<number, Parser>([
  [20, parseInt8],
  [1016, arrayOf(parseInt8)],
  [1184, parseTimestamptz],
  [1185, arrayOf(parseTimestamptz)],
  [1082, asText],
  [1182, arrayOf(asText)],
  [1114, asText],
  [1115, arrayOf(asText)],
]);

/** How our connections read values, given to each client so that nothing global changes under other users of `pg`. */
export const PG_TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && PARSERS.get(oid)) || pg.types.getTypeParser(oid, format as 'text')) as never,
};
