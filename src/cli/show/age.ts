import { showDuration } from './duration.ts';

/** How long ago the server's time `at` is by the clock of this machine; `-` when it has no time. */
export function showAge(at: string | null): string {
  if (at === null) return '-';
  const ms = Math.max(0, Date.now() - Date.parse(at));
  return ms < 1000
    ? 'now'
    : `${showDuration(ms)
        .split(' ')
        .slice(0, ms < 60_000 ? 2 : 1)
        .join(' ')} ago`;
}
