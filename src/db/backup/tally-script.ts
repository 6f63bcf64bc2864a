import { createHash } from 'node:crypto';
import type { Tally } from './manifest.ts';
import { type Piece, ScriptPieces } from './script-pieces.ts';

/** Counts the rows of a script and sums it up while its bytes pass. */
export class ScriptTally {
  readonly #hash = createHash('sha256');
  readonly #pieces = new ScriptPieces();
  readonly #rows: Record<string, number> = {};
  #table = '';

  /** Lines between tables are handed to `onLine`. */
  add(chunk: Buffer, onLine: (text: string) => void = () => {}): void {
    this.#hash.update(chunk);
    for (const piece of this.#pieces.push(chunk)) this.#count(piece, onLine);
  }

  /** Of everything added. Throws when it breaks off within a table. */
  end(): Tally {
    if (!this.#pieces.isWhole) throw new Error('the script breaks off');
    return { rows: this.#rows, sha256: this.#hash.digest('hex') };
  }

  #count(piece: Piece, onLine: (text: string) => void): void {
    if (piece.kind === 'line') onLine(piece.text);
    if (piece.kind === 'table') {
      this.#table = piece.table;
      this.#rows[piece.table] ??= 0;
    }
    if (piece.kind === 'data') this.#rows[this.#table]! += piece.rows;
  }
}
