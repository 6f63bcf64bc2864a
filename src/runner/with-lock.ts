const tails = new Map<string, Promise<unknown>>();

/**
 * Runs `work` when everything that was asked for the same key before has ended. Waiting ends with the signal's reason;
 * what runs already is not interrupted by it. Holds within this process only.
 */
export async function withLock<T>(key: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  const before = tails.get(key) ?? Promise.resolve();
  const mine = before.then(() => {
    signal?.throwIfAborted();
    return work();
  });
  const tail = mine.catch(() => {});
  tails.set(key, tail);
  tail.then(() => {
    if (tails.get(key) === tail) tails.delete(key);
  });
  return signal ? abortable(mine, before, signal) : mine;
}

// Rejects early only while it waits: once the work runs, the work itself decides how it ends.
async function abortable<T>(mine: Promise<T>, before: Promise<unknown>, signal: AbortSignal): Promise<T> {
  let leave = () => {};
  const aborted = new Promise<'aborted'>((resolve) => {
    leave = () => resolve('aborted');
    signal.addEventListener('abort', leave, { once: true });
  });
  const first = await Promise.race([before.then(() => 'turn' as const), aborted]);
  signal.removeEventListener('abort', leave);
  if (first === 'aborted') mine.catch(() => {});
  if (first === 'aborted') signal.throwIfAborted();
  return mine;
}
