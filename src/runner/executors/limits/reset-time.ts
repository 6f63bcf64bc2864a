import { wallTime } from './wall-time.ts';

const UNITS: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * The moment that the beginning of a text means: seconds or milliseconds since 1970, RFC 3339, a duration ("5h 12m", "2
 * days 3 hours", "34.07s"), or a wall clock's time ("3pm (Europe/Berlin)", "Oct 6, 1pm", "Nov 14th, 2025 3:21 PM"), in the
 * zone of this machine where none is named. Undefined when it is none of these.
 */
export function resetTime(text: string, now: Date): Date | undefined {
  return epoch(text) ?? timestamp(text) ?? duration(text, now) ?? clock(text, now);
}

function epoch(text: string): Date | undefined {
  const [, digits] = /^\s*(\d{10}|\d{13})\b/.exec(text) ?? [];
  return digits ? new Date(Number(digits) * (digits.length === 10 ? 1000 : 1)) : undefined;
}

function timestamp(text: string): Date | undefined {
  const [found] = /^\s*\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|UTC|[+-]\d\d:?\d\d)/.exec(text) ?? [];
  const date = new Date(
    found
      ?.trim()
      .replace(/\s?UTC$/, 'Z')
      .replace(' ', 'T') ?? Number.NaN,
  );
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function duration(text: string, now: Date): Date | undefined {
  const parts =
    /^\s*(?:about |~)?((?:\d+(?:\.\d+)?\s*(?:d(?:ays?)?|h(?:ours?|rs?)?|m(?:inutes?|ins?)?|s(?:econds?|ecs?)?)(?:,? (?:and )?|\b|(?=\d)))+)/i.exec(
      text,
    );
  if (!parts) return undefined;
  const each = parts[1]!.matchAll(/(\d+(?:\.\d+)?)\s*([dhms])/gi);
  const ms = [...each].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!.toLowerCase()]!, 0);
  return new Date(now.getTime() + ms);
}

const TIME = String.raw`(?<hour>\d{1,2})(?::(?<minute>\d\d))?\s?(?<half>[ap]\.?m\b)?`;
const DAY = String.raw`(?:(?<month>[a-z]{3})[a-z]*\.? (?<day>\d{1,2})(?:st|nd|rd|th)?,?(?: (?<year>\d{4}))?,?(?: at)? )?`;
const ZONE = String.raw`(?:\s*\(?(?<zone>[A-Z][A-Za-z_]+\/[A-Za-z_/+-]+|UTC|GMT)\)?)?`;
const CLOCK = new RegExp(`^\\s*(?:at )?${DAY}${TIME}${ZONE}`, 'i');

function clock(text: string, now: Date): Date | undefined {
  const { hour, minute, half, month, day, year, zone } = CLOCK.exec(text)?.groups ?? {};
  // A bare number is no time of day.
  if (!hour || (!minute && !half)) return undefined;
  const hours = (Number(hour) % (half ? 12 : 24)) + (half?.toLowerCase().startsWith('p') ? 12 : 0);
  const time = { hours, minutes: Number(minute ?? 0) };
  if (!month) return wallTime(time, { now, zone });
  const index = MONTHS.indexOf(month.toLowerCase());
  if (index < 0) return undefined;
  return wallTime({ ...time, month: index, day: Number(day), year: year ? Number(year) : undefined }, { now, zone });
}
