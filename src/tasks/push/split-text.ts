/** Cuts a text into parts of at most `bytes` bytes of UTF-8, never within a character. */
export function splitText(text: string, bytes: number): string[] {
  const parts: string[] = [];
  for (let rest = text; rest; ) {
    // A UTF-16 unit takes three bytes at the most.
    const whole = rest.length * 3 <= bytes || Buffer.byteLength(rest) <= bytes;
    const part = whole ? rest : rest.slice(0, endOfCharacter(rest, Math.floor(bytes / 3)));
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return parts;
}

const endOfCharacter = (text: string, at: number): number =>
  /[\ud800-\udbff]/.test(text.charAt(at - 1)) ? at - 1 : at;
