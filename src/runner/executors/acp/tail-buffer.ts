/** The last bytes of what was added, as text. */
export class TailBuffer {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Something was dropped. */
  isCut = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    // Twice the limit may wait, so that not every chunk costs a copy of all.
    if (this.#bytes > 2 * this.#limit) this.#cut();
  }

  /** Begins with a whole character. */
  text(): string {
    if (this.#bytes > this.#limit) this.#cut();
    const bytes = Buffer.concat(this.#chunks);
    let start = 0;
    while (this.isCut && start < 4 && (bytes[start]! & 0xc0) === 0x80) start++;
    return bytes.toString('utf8', start).replaceAll('\0', '\uFFFD');
  }

  #cut(): void {
    this.isCut = true;
    const rest = Buffer.concat(this.#chunks).subarray(-this.#limit || this.#bytes);
    this.#chunks = [Buffer.from(rest)];
    this.#bytes = rest.length;
  }
}
