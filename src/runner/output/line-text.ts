import { StringDecoder } from 'node:string_decoder';

/**
 * Turns the bytes of one stream into text that can be stored everywhere: UTF-8 is decoded across chunk borders, and NUL
 * and what is not UTF-8 (lone surrogates among it) become U+FFFD.
 */
export class LineText {
  readonly #decoder = new StringDecoder('utf8');
  #pending = '';

  /** Adds bytes. Returns how many characters wait to be taken. */
  push(chunk: Buffer): number {
    this.#pending += cleaned(this.#decoder.write(chunk));
    return this.#pending.length;
  }

  /** Takes the whole lines; an unfinished one waits on. */
  takeLines(): string {
    const end = this.#pending.lastIndexOf('\n') + 1;
    const lines = this.#pending.slice(0, end);
    this.#pending = this.#pending.slice(end);
    return lines;
  }

  /** Takes everything but the beginning of a character whose end has not come. */
  takeAll(): string {
    const all = this.#pending;
    this.#pending = '';
    return all;
  }

  /** Takes everything; a character whose end never came is U+FFFD. */
  end(): string {
    return this.takeAll() + cleaned(this.#decoder.end());
  }
}

const cleaned = (text: string): string => text.replaceAll('\0', '\uFFFD');
