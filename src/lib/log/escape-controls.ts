// What JSON leaves as it is and a terminal obeys: C1 controls, line and paragraph ends, and marks that turn text around.
const RAW = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A line of JSON in which every character that a terminal would obey is escaped. It stays the same JSON. */
export const escapeControls = (line: string): string =>
  line.replace(RAW, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
