import type { Readable } from 'node:stream';

const NEWLINE = 0x0a;

/**
 * The lines of a stream without their ends and without blank ones; the last one counts without an end, too. Throws what
 * `tooLong` makes when a line is over `mostBytes`.
 */
export async function* readLines(stream: Readable, mostBytes: number, tooLong: () => Error): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let bytes = 0;
  const take = (part: Buffer): string => {
    const line = Buffer.concat([...parts, part])
      .toString('utf8')
      .trim();
    parts = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = take(chunk.subarray(start, end));
      if (line) yield line;
      start = end + 1;
    }
    bytes += chunk.length - start;
    if (bytes > mostBytes) throw tooLong();
    parts.push(chunk.subarray(start));
  }
  const rest = take(Buffer.alloc(0));
  if (rest) yield rest;
}
