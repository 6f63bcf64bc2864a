import { InvalidArgumentError } from 'commander';
import { parseDuration } from './duration.ts';

const FORM = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/;

/**
 * A point in time as RFC 3339 UTC: `2026-01-31T18:00:00Z`, the same without a zone in the zone of this machine, or
 * `+2h` from now by the clock of this machine.
 */
export function parseInstant(text: string): string {
  const ms = text.startsWith('+')
    ? Date.now() + parseDuration(text.slice(1))
    : FORM.test(text)
      ? Date.parse(text)
      : NaN;
  if (Number.isNaN(ms))
    throw new InvalidArgumentError('Expected a time such as 2026-01-31T18:00:00Z, or +2h from now.');
  return new Date(ms).toISOString();
}
