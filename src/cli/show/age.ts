const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
] as const;

/** How long ago the server's time `at` is by the clock of this machine: `5m ago`; `-` when it has no time. */
export function showAge(at: string | null): string {
  if (at === null) return '-';
  const ms = Date.now() - Date.parse(at);
  const [unit, name] = UNITS.find(([unit]) => ms >= unit) ?? [];
  return unit ? `${Math.floor(ms / unit)}${name} ago` : 'now';
}
