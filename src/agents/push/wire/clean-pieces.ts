import { cleanText } from '../../../lib/clean-text.ts';

/**
 * `cleanText` for text that comes in pieces: half a surrogate pair at the end of one waits for its other half in the next.
 * `end` gives what still waits.
 */
export function cleanPieces() {
  let half = '';
  return {
    next(piece: string): string {
      const text = half + piece;
      half = isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.slice(-1) : '';
      return cleanText(half ? text.slice(0, -1) : text);
    },
    end: (): string => cleanText(half),
  };
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
