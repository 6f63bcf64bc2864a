import type { Figure } from './figure.ts';

/** A figure that must not be larger than its goal; `digits` of it are shown. */
export const atMost = (what: string, value: number, goal: number, unit: string, digits: number): Figure => ({
  what,
  measured: `${value.toFixed(digits)} ${unit}`.trim(),
  goal: `<= ${goal} ${unit}`.trim(),
  met: value <= goal,
});
