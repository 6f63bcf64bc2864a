import { expect, test } from 'vitest';
import { ScriptPieces } from './script-pieces.ts';

const ROWS = '1\t\\\\.\n\\N\t\\\\\n2\t.\n';
const SCRIPT = `-- a line\nCOPY public."a" ("x", "y") FROM stdin;\n${ROWS}\\.\n\nCOPY public.b (z) FROM stdin;\n\\.\nlast\n`;

/** What comes of a script that arrives in chunks of `bytes`: the pieces of one table's rows joined. */
function read(script: Buffer, bytes: number) {
  const pieces = new ScriptPieces();
  const found: unknown[] = [];
  const rows = { text: '', rows: 0 };
  for (let at = 0; at < script.length; at += bytes) {
    for (const piece of pieces.push(script.subarray(at, at + bytes))) {
      if (piece.kind !== 'data') found.push(piece);
      else Object.assign(rows, { text: rows.text + piece.data.toString(), rows: rows.rows + piece.rows });
    }
  }
  return { found, ...rows, whole: pieces.isWhole };
}

test('a script is understood however it is cut into chunks', () => {
  const script = Buffer.from(SCRIPT);
  for (let bytes = 1; bytes <= script.length; bytes++) {
    expect(read(script, bytes)).toEqual({
      found: [
        { kind: 'line', text: '-- a line' },
        { kind: 'table', table: 'a', columns: ['x', 'y'] },
        { kind: 'end' },
        { kind: 'line', text: '' },
        { kind: 'table', table: 'b', columns: ['z'] },
        { kind: 'end' },
        { kind: 'line', text: 'last' },
      ],
      text: ROWS,
      rows: 3,
      whole: true,
    });
  }
});

test('a script that ends within rows or within a line is not whole', () => {
  const cut = (text: string) => read(Buffer.from(text), 7).whole;
  expect([cut('COPY a (x) FROM stdin;\n1\n'), cut('a line'), cut(SCRIPT)]).toEqual([false, false, true]);
});
