/** Text that PostgreSQL stores: a NUL or a lone surrogate becomes U+FFFD. */
export function tidyText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes('\0') ? whole.replaceAll('\0', '\uFFFD') : whole;
}

/**
 * The same for text that comes in pieces: half a surrogate pair at the end of one waits for its other half in the next.
 * `end` gives what still waits.
 */
export function tidyPieces() {
  let half = '';
  return {
    next(piece: string): string {
      const text = half + piece;
      half = isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.slice(-1) : '';
      return tidyText(half ? text.slice(0, -1) : text);
    },
    end: (): string => tidyText(half),
  };
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
