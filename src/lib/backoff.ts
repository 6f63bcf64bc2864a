type Backoff = {
  /** Wait after the first failure, in milliseconds, before jitter. */
  baseMs: number;
  /** Longest wait before jitter, in milliseconds. */
  capMs: number;
  /** A number from 0 to 1, such as `Math.random()`: passed in, so that the function stays pure. */
  random: number;
};

/**
 * How long to wait after `failures` failures in a row: `min(cap, base * 2^(failures - 1)) * (0.5 to 1.5)`, in whole
 * milliseconds. The jitter keeps replicas that lost the same database from returning to it in the same instant.
 */
export function backoffMs(failures: number, { baseMs, capMs, random }: Backoff): number {
  // 2^53 is where doubling stops being exact; the cap is long reached by then.
  const doublings = Math.min(Math.max(failures - 1, 0), 53);
  return Math.round(Math.min(capMs, baseMs * 2 ** doublings) * (0.5 + random));
}
