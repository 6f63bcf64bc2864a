import fc from 'fast-check';
import { DIALECTS, type Dialect } from '../../support/model-servers/dialects.ts';
import { recordedStreams } from './recorded-streams.ts';

/** A stream that was good once, in the pieces in which it is sent. `closes`: its connection breaks after it. */
export type SpoiltStream = { kind: Dialect['kind']; pieces: Buffer[]; closes: boolean };

/** What is put into streams: JSON of every kind, frames of the protocols, and bytes that are no text. */
const INSERTS = [
  ...['null', 'true', '{}', '[]', '""', '-1', '1e20000', '-1e400', '"\\u0000"', '"\\ud800"', '"\\udc00"', '7'],
  ...[
    '{"a":',
    '[[[[[[',
    '"',
    '\\',
    ',',
    ':',
    '}',
    ']',
    '\\u',
    '\\ud83d',
    '"__proto__":{},',
    '"done":true,',
    '"error":"x",',
  ],
  ...['"error":{"message":"rate limit","code":429},', '"error":null,', '"model":"model-b",', '"tool_calls":[{}],'],
  ...[
    '"finish_reason":"stop",',
    '"done_reason":"load",',
    '"content":["a",{"type":"text","text":"b"}],',
    '"choices":[],',
  ],
  ...[
    '\n',
    '\n\n',
    '\r',
    '\r\n',
    'data: ',
    'data:\n\n',
    'data: [DONE]\n\n',
    'event: error\n',
    ': ',
    'retry: 0\n',
    'id: \0\n',
  ],
  ...['\0', '\x07', '\u{1F600}', '\uFEFF', '\u2028', '[DONE]', 'x'.repeat(5000), '['.repeat(5000), '\n'.repeat(5000)],
].map((text) => Buffer.from(text));
const BYTES = [[0xff], [0xfe, 0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf0, 0x9f], [0x1f, 0x8b, 8, 0]].map((bytes) =>
  Buffer.from(bytes),
);

/** What text may hold and PostgreSQL may not store, or what is cut where it should not be. */
const ESCAPES = [
  '\\u0000',
  '\\ud800',
  '\\udc00',
  '\\ud83d\\ude00',
  '\\n',
  '\\u001b[2J',
  `${'x'.repeat(998)}\u{1F600}`,
].map((text) => Buffer.from(text));

/** A place in a stream, 0 to 1 of its length, so that it means something after every other change; all alike likely. */
const place = fc.nat(9999).map((part) => part / 10_000);
const at = (bytes: Buffer, where: number): number => Math.floor(where * bytes.length);
const span = (bytes: Buffer, a: number, b: number): [number, number] => {
  const [from, to] = [at(bytes, Math.min(a, b)), at(bytes, Math.max(a, b))];
  return [from, Math.min(to, from + 400)];
};
const splice = (bytes: Buffer, from: number, to: number, by: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);

type Change = (bytes: Buffer) => Buffer;

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, fc.nat(255)).map(([where, byte]) => (bytes: Buffer) => {
    const from = at(bytes, where);
    return splice(bytes, from, from + 1, Buffer.of(byte));
  }),
  fc.tuple(place, place).map(
    ([a, b]) =>
      (bytes: Buffer) =>
        splice(bytes, ...span(bytes, a, b), Buffer.alloc(0)),
  ),
  place.map((where) => (bytes: Buffer) => bytes.subarray(0, at(bytes, where))),
  fc.tuple(place, place, fc.integer({ min: 1, max: 5 })).map(([a, b, times]) => (bytes: Buffer) => {
    const [from, to] = span(bytes, a, b);
    return splice(bytes, to, to, Buffer.concat(Array(times).fill(bytes.subarray(from, to))));
  }),
  fc.tuple(place, place).map(
    ([a, b]) =>
      (bytes: Buffer) =>
        swapLines(bytes, a, b),
  ),
  fc.tuple(place, fc.constantFrom(...INSERTS, ...BYTES)).map(([where, by]) => (bytes: Buffer) => {
    const from = at(bytes, where);
    return splice(bytes, from, from, by);
  }),
  fc.tuple(place, fc.constantFrom(...INSERTS)).map(
    ([where, by]) =>
      (bytes: Buffer) =>
        replaceValue(bytes, where, by),
  ),
  fc.tuple(place, fc.constantFrom(...ESCAPES)).map(
    ([where, by]) =>
      (bytes: Buffer) =>
        growText(bytes, where, by),
  ),
);

function swapLines(bytes: Buffer, a: number, b: number): Buffer {
  const lines = bytes.toString('latin1').split('\n');
  const [one, other] = [Math.floor(a * (lines.length - 1)), Math.floor(b * (lines.length - 1))];
  [lines[one], lines[other]] = [lines[other]!, lines[one]!];
  return Buffer.from(lines.join('\n'), 'latin1');
}

/** Another value after the colon that comes next. */
function replaceValue(bytes: Buffer, where: number, by: Buffer): Buffer {
  const text = bytes.toString('latin1');
  const found = /":("(?:[^"\\]|\\.)*"|[^,{}[\]"]+)/g;
  found.lastIndex = at(bytes, where);
  const match = found.exec(text);
  return match ? splice(bytes, match.index + 2, match.index + match[0].length, by) : bytes;
}

/** More text at the beginning of the string that comes next. */
function growText(bytes: Buffer, where: number, by: Buffer): Buffer {
  const start = bytes.indexOf('":"', at(bytes, where));
  return start < 0 ? bytes : splice(bytes, start + 3, start + 3, by);
}

function toPieces(bytes: Buffer, cuts: number[]): Buffer[] {
  const ends = [...cuts.map((cut) => at(bytes, cut)), bytes.length].toSorted((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)).filter(({ length }) => length > 0);
}

/** Recorded streams with one to six changes, in one to nine pieces. */
export const spoiltStream = (kinds: Dialect['kind'][] = DIALECTS.map(({ kind }) => kind)): fc.Arbitrary<SpoiltStream> =>
  fc
    .record({
      recorded: fc.constantFrom(
        ...DIALECTS.filter(({ kind }) => kinds.includes(kind)).flatMap((dialect) =>
          recordedStreams(dialect).map((stream) => ({ kind: dialect.kind, stream })),
        ),
      ),
      changes: fc.array(change, { minLength: 1, maxLength: 6 }),
      cuts: fc.array(place, { maxLength: 8 }),
      closes: fc.boolean(),
    })
    .map(({ recorded: { kind, stream }, changes, cuts, closes }) => {
      const bytes = changes.reduce((before, one) => one(before), Buffer.from(stream) as Buffer);
      return { kind, pieces: toPieces(bytes, cuts), closes };
    });
