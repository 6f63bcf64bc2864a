/** Ctrl-C reaches npm and us alike, and npm passes it on: one key press, within milliseconds. */
const SAME_KEY_PRESS_MS = 500;

/**
 * Calls `stop` at SIGINT and SIGTERM, each time anew, but once for signals within half a second. Returns what ends it;
 * until then the process does not end at these signals by itself.
 */
export function onStopSignals(stop: (signal: NodeJS.Signals) => void): () => void {
  let lastAt = Number.NEGATIVE_INFINITY;
  const hear = (signal: NodeJS.Signals) => {
    const now = performance.now();
    const isSame = now - lastAt < SAME_KEY_PRESS_MS;
    lastAt = now;
    if (!isSame) stop(signal);
  };
  process.on('SIGINT', hear).on('SIGTERM', hear);
  return () => void process.off('SIGINT', hear).off('SIGTERM', hear);
}
