const STEPS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
] as const;

/** Milliseconds as a person says them: `340 ms`, `1.2 s`, `5m 10s`, `3h 5m`, `2d 1h`. */
export function showDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const index = STEPS.findIndex(([unit]) => ms >= unit);
  const [unit, name] = STEPS[index]!;
  const [smaller, smallerName] = STEPS[index + 1] ?? [1000, 's'];
  return `${Math.floor(ms / unit)}${name} ${Math.floor((ms % unit) / smaller)}${smallerName}`;
}
