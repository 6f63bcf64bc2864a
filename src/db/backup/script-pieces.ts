/** A part of a script of COPY: the head of a table's rows, some bytes of them, their end, or a line between tables. */
export type Piece =
  | { kind: 'table'; table: string; columns: string[] }
  | { kind: 'data'; data: Buffer; rows: number }
  | { kind: 'end' }
  | { kind: 'line'; text: string };

const NEWLINE = 10;
const END = Buffer.from('\\.\n');
const END_AFTER_ROW = Buffer.from('\n\\.\n');
/** Between the rows of tables stand short lines only; one without end is no script of ours. */
const LONGEST_LINE = 1 << 20;

/**
 * Takes a script apart as it comes, in the form that pg_dump writes and psql reads: `COPY table (columns) FROM stdin;`,
 * rows, `\.`. Rows are passed on in the pieces they came in, so that a row of any length costs no memory. A line of rows
 * is never `\.`: COPY doubles each backslash.
 */
export class ScriptPieces {
  #rest: Buffer = Buffer.alloc(0);
  #inRows = false;
  #atLineStart = true;

  /** What a further chunk completes. */
  *push(chunk: Buffer): Generator<Piece> {
    this.#rest = this.#rest.length ? Buffer.concat([this.#rest, chunk]) : chunk;
    while (this.#rest.length) {
      const found = this.#inRows ? this.#rows() : this.#line();
      if (!found) return;
      yield found;
    }
  }

  /** Whether the script has ended between two tables and after a whole line. */
  get isWhole(): boolean {
    return !this.#inRows && !this.#rest.length;
  }

  #take(bytes: number): Buffer {
    const taken = this.#rest.subarray(0, bytes);
    this.#rest = this.#rest.subarray(bytes);
    return taken;
  }

  #line(): Piece | undefined {
    const end = this.#rest.indexOf(NEWLINE);
    if (end < 0 && this.#rest.length > LONGEST_LINE) throw new Error('a line between the tables is endless');
    if (end < 0) return undefined;
    const text = this.#take(end + 1).toString('utf8', 0, end);
    const table = readTable(text);
    if (table) {
      this.#inRows = true;
      this.#atLineStart = true;
    }
    return table ?? { kind: 'line', text };
  }

  #rows(): Piece | undefined {
    if (this.#atLineStart && this.#rest.subarray(0, END.length).equals(END)) {
      this.#take(END.length);
      this.#inRows = false;
      return { kind: 'end' };
    }
    const end = this.#rest.indexOf(END_AFTER_ROW);
    const bytes = end < 0 ? this.#bytesSurelyOfRows() : end + 1;
    if (!bytes) return undefined;
    const data = this.#take(bytes);
    this.#atLineStart = data.at(-1) === NEWLINE;
    return { kind: 'data', data, rows: countLines(data) };
  }

  /** All but what may be the beginning of the end: at most `\.` of a last line. */
  #bytesSurelyOfRows(): number {
    const lineAt = this.#rest.lastIndexOf(NEWLINE) + 1;
    if (lineAt === 0 && !this.#atLineStart) return this.#rest.length;
    const lastLine = this.#rest.subarray(lineAt);
    return END.subarray(0, lastLine.length).equals(lastLine) ? lineAt : this.#rest.length;
  }
}

const TABLE = /^COPY (?:public\.)?"?(\w+)"? \(([^)]*)\) FROM stdin;$/i;

function readTable(line: string): Extract<Piece, { kind: 'table' }> | undefined {
  const [, table, columns] = TABLE.exec(line) ?? [];
  if (!table || columns === undefined) return undefined;
  return { kind: 'table', table, columns: columns.split(',').map((column) => column.trim().replaceAll('"', '')) };
}

function countLines(data: Buffer): number {
  let lines = 0;
  for (let at = data.indexOf(NEWLINE); at >= 0; at = data.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
