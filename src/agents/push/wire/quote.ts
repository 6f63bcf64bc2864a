import { cleanText } from '../../../lib/clean-text.ts';

const MAX_QUOTE = 200;

/** The beginning of what a server sent, for a sentence: at most 200 characters, on one line. */
export const quote = (text: string): string => {
  const line = cleanText(text.slice(0, MAX_QUOTE * 4))
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length > MAX_QUOTE ? `${line.slice(0, MAX_QUOTE).toWellFormed()}…` : line;
};
