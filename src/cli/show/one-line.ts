import { stripVTControlCharacters } from 'node:util';

/** Text of somebody else for one line of a terminal: no line breaks, and nothing that could move the cursor. */
export const oneLine = (text: string): string => stripVTControlCharacters(text).replace(/\p{Cc}+/gu, ' ');
