const MAX_MS = 24 * 3_600_000;

/** Milliseconds that a server wants to be left alone, from its headers; null when it does not say. At most a day. */
export function retryAfter(headers: Record<string, string>, now = Date.now()): number | null {
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (exact >= 0) return Math.min(exact, MAX_MS);
  const text = headers['retry-after'];
  if (!text) return null;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MAX_MS);
}
