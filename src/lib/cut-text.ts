const NEWLINE = 0x0a;

/** Cuts text into pieces of at most `maxBytes` of UTF-8: after the last line end that fits, else between two characters. */
export function cutText(text: string, maxBytes: number): string[] {
  const bytes = Buffer.from(text);
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = endOfPiece(bytes, start, maxBytes);
    pieces.push(bytes.toString('utf8', start, end));
    start = end;
  }
  return pieces;
}

function endOfPiece(bytes: Buffer, start: number, maxBytes: number): number {
  if (bytes.length - start <= maxBytes) return bytes.length;
  const afterLine = bytes.lastIndexOf(NEWLINE, start + maxBytes - 1) + 1;
  if (afterLine > start) return afterLine;
  let end = start + maxBytes;
  // 10xxxxxx goes on with a character that began before.
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return end;
}
