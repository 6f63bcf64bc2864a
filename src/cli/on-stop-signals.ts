/** Ctrl-C reaches npm and us alike, and npm passes it on: one key press, within milliseconds. */
const SAME_KEY_PRESS_MS = 500;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `stop` at SIGINT, SIGTERM, and SIGHUP when a terminal was closed, each time anew, but once for signals within
 * half a second. Returns what ends it; until then the process does not end at these signals by itself.
 */
export function onStopSignals(stop: (signal: NodeJS.Signals) => void): () => void {
  let lastAt = Number.NEGATIVE_INFINITY;
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  const hear = (signal: NodeJS.Signals) => {
    // Without one it was started to outlive it. Node forgets that `nohup` asked for this signal to be ignored.
    if (signal === 'SIGHUP' && !hasTerminal) return;
    const now = performance.now();
    const isSame = now - lastAt < SAME_KEY_PRESS_MS;
    lastAt = now;
    if (!isSame) stop(signal);
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  return () => {
    for (const signal of SIGNALS) process.off(signal, hear);
  };
}
