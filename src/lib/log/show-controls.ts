import { escapeControls } from './escape-controls.ts';

/**
 * A line of JSON whose values show such characters as text, `\u001b` for an escape: what an agent wrote into an error must
 * not steer the terminal of who reads the log. Line ends and tabs stay.
 */
export const showControls = (line: string): string =>
  // Escape by escape: `\\u001b` is a backslash and five letters.
  escapeControls(line).replace(/\\./g, (found) => (/[ubfr]/.test(found) ? `\\${found}` : found));
