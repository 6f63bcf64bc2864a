import { expect, test } from 'vitest';
import { splitText } from './split-text.ts';

test.each([
  ['', 12, []],
  ['short', 12, ['short']],
  ['twelve bytes', 12, ['twelve bytes']],
  ['thirteen char', 12, ['thir', 'teen char']],
  ['\u{1F600}\u{1F600}\u{1F600}\u{1F600}', 12, ['\u{1F600}\u{1F600}', '\u{1F600}\u{1F600}']],
  ['aaa\u{1F600}bbbbbbbbb', 12, ['aaa', '\u{1F600}bb', 'bbbbbbb']],
])('%j is cut into parts of at most %i bytes, never within a character', (text, bytes, parts) => {
  const cut = splitText(text, bytes);
  expect(cut).toEqual(parts);
  expect(cut.join('')).toBe(text);
  for (const part of cut) {
    expect(Buffer.byteLength(part)).toBeLessThanOrEqual(bytes);
    expect(part.isWellFormed()).toBe(true);
  }
});
