const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What comes before each value but the first of its array: [ { and the comma. */
const BEFORE_VALUE = new Set([0x5b, 0x7b, 0x2c]);

/**
 * About how many values a JSON text has, without parsing it: ten megabytes of `{},` are 300 MiB once parsed. Stops counting
 * at `limit + 1`.
 */
export function jsonValues(text: string, limit: number): number {
  let values = 1;
  let isText = false;
  for (let at = 0; at < text.length && values <= limit; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isText = !isText;
    else if (isText) at += code === BACKSLASH ? 1 : 0;
    else if (BEFORE_VALUE.has(code)) values++;
  }
  return values;
}
