import { pino } from 'pino';
import { scrubSecrets } from './scrub-secrets.ts';

const HIDDEN = '[redacted]';
const SECRET_NAME = /(^|_)(authorization|cookie|password|passwd|secret|token|credential|key|database_url)$/;

/** What one line may hold: what agents and callers say ends up in errors, and a line of 10 MiB helps nobody. */
const MOST = { text: 4096, all: 16_384, depth: 8, entries: 100 };
/** A secret at the cut must be whole to be known; scrubbing more than this for a piece of it would be wasted. */
const SCRUBBED = 65_536;

type Budget = { left: number };

/**
 * The fields of a log line as they may be written: at most 16,384 characters in all and 4,096 a text, eight levels deep, and
 * nothing that is named like a credential, on whichever level. Errors come with their stack and causes.
 */
export function tidyFields(fields: object): Record<string, unknown> {
  return tidyEntries(fields, { left: MOST.all }, 0);
}

/** Text that is short enough for a log line; secrets are taken out before it is cut. */
export function tidyText(text: string, most: number = MOST.text): string {
  if (text.length <= most) return text;
  return `${scrubText(text.slice(0, SCRUBBED)).slice(0, most)}… (${text.length} characters)`;
}

/** Scrubbed as the line will hold it: the quote in a password is then no end of it. */
const scrubText = (text: string): string => JSON.parse(scrubSecrets(JSON.stringify(text)));

function tidyEntries(value: object, budget: Budget, depth: number): Record<string, unknown> {
  const tidied: Record<string, unknown> = {};
  for (const [index, [name, item]] of Object.entries(value).entries()) {
    if (index >= MOST.entries || budget.left <= 0) break;
    const key = tidyText(name.replace(/[\r\n]/g, ' '), 200);
    budget.left -= key.length;
    tidied[key] = isSecret(name) && item !== null && item !== undefined ? HIDDEN : tidyValue(item, budget, depth);
  }
  return tidied;
}

/** apiKey, api_key and API-Key are one name. */
const isSecret = (name: string): boolean =>
  SECRET_NAME.test(
    name
      .slice(-100)
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replaceAll('-', '_')
      .toLowerCase(),
  );

function tidyValue(value: unknown, budget: Budget, depth: number): unknown {
  if (typeof value === 'string') return spend(value, budget);
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'function') return undefined;
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MOST.depth) return '[…]';
  return tidyObject(value, budget, depth + 1);
}

function spend(text: string, budget: Budget): string {
  const kept = tidyText(text, Math.max(0, Math.min(MOST.text, budget.left)));
  budget.left -= kept.length;
  return kept;
}

function tidyObject(value: object, budget: Budget, depth: number): unknown {
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  try {
    if (value instanceof Error) return tidyEntries(pino.stdSerializers.err(value), budget, depth);
    if (Array.isArray(value)) return tidyItems(value, budget, depth);
    const { toJSON } = value as { toJSON?: () => unknown };
    return typeof toJSON === 'function'
      ? tidyValue(toJSON.call(value), budget, depth)
      : tidyEntries(value, budget, depth);
  } catch {
    // A getter that throws: a log line is no place to fail for it.
    return '[unreadable]';
  }
}

function tidyItems(items: unknown[], budget: Budget, depth: number): unknown[] {
  const tidied: unknown[] = [];
  for (const item of items.slice(0, MOST.entries)) {
    if (budget.left <= 0) break;
    budget.left--;
    tidied.push(tidyValue(item, budget, depth));
  }
  return tidied;
}
