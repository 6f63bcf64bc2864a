type WallTime = {
  hours: number;
  minutes: number;
  /** 0 to 11; without it, today or tomorrow. */
  month?: number;
  day?: number;
  /** Without it the next one. */
  year?: number | undefined;
};

const DAY_MS = 86_400_000;

/**
 * The next moment at which clocks in a time zone (default: this machine's) show that time. Undefined when there is no
 * such zone.
 */
export function wallTime(wanted: WallTime, { now, zone }: { now: Date; zone?: string | undefined }): Date | undefined {
  const offset = offsetIn(zone);
  if (!offset) return undefined;
  const here = new Date(now.getTime() + offset(now));
  const { month = here.getUTCMonth(), day = here.getUTCDate(), year = here.getUTCFullYear() } = wanted;
  const at = (inYear: number, onDay: number) => {
    const wall = Date.UTC(inYear, month, onDay, wanted.hours, wanted.minutes);
    // The offset of that moment, not of now: a night with a change of clocks may lie between them.
    return new Date(wall - offset(new Date(wall - offset(now))));
  };
  const first = at(year, day);
  if (first.getTime() > now.getTime() || wanted.year !== undefined) return first;
  if (wanted.day === undefined) return at(year, day + 1);
  return now.getTime() - first.getTime() > DAY_MS ? at(year + 1, day) : first;
}

/** Milliseconds that clocks of a zone are ahead of UTC at a moment. */
function offsetIn(zone: string | undefined): ((at: Date) => number) | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      ...(zone && { timeZone: zone }),
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    return (at) => {
      const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
      const wall = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second);
      return wall - Math.floor(at.getTime() / 1000) * 1000;
    };
  } catch {
    // No such zone: an agent's text may hold anything.
    return undefined;
  }
}
