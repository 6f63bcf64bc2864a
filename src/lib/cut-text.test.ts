import { expect, test } from 'vitest';
import { cutText } from './cut-text.ts';

test.each([
  ['', 12, []],
  ['short', 12, ['short']],
  ['twelve bytes', 12, ['twelve bytes']],
  ['thirteen char', 12, ['thirteen cha', 'r']],
  ['one line\ntwo lines\n', 12, ['one line\n', 'two lines\n']],
  ['\u{1F600}\u{1F600}\u{1F600}\u{1F600}', 12, ['\u{1F600}\u{1F600}\u{1F600}', '\u{1F600}']],
  ['aaa\u{1F600}bbbbbbbbb', 12, ['aaa\u{1F600}bbbbb', 'bbbb']],
  ['aaa\u{1F600}bbbbbbbbb', 6, ['aaa', '\u{1F600}bb', 'bbbbbb', 'b']],
])(
  '%j is cut into parts of at most %i bytes, after a line end where one fits and never within a character',
  (text, bytes, parts) => {
    const cut = cutText(text, bytes);
    expect(cut).toEqual(parts);
    expect(cut.join('')).toBe(text);
    for (const part of cut) {
      expect(Buffer.byteLength(part)).toBeLessThanOrEqual(bytes);
      expect(part.isWellFormed()).toBe(true);
    }
  },
);
