import type { Output } from '../io.ts';

// Colours are welcome; anything else that a terminal would obey is not: an agent's output must not rewrite the screen.
const COLOUR = /(\x1b\[[\d;]*m)/;
const CONTROL = /[^\P{Cc}\t\n]/gu;

/** What an agent printed, as it is for a pipe, and without all that could command a terminal for one. */
export function logText(text: string, output: Output): string {
  if (!output.isTTY) return text;
  return text
    .split(COLOUR)
    .map((part, index) => (index % 2 ? part : part.replace(/\r\n?/g, '\n').replace(CONTROL, '')))
    .join('');
}
