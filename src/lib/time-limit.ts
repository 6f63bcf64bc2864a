/**
 * A signal that fires after `ms` (at most 24 days), and is forgotten as soon as it is disposed of. Not
 * AbortSignal.timeout: joined with another signal, that one is kept until its time, with all that listens to it. Of an
 * hour for each call of a model that was 4 KiB a task: a replica with 300 tasks a minute grew by 70 MiB in the hour.
 */
export function timeLimit(ms: number): { signal: AbortSignal } & Disposable {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new DOMException(`${ms} ms are over`, 'TimeoutError')), ms).unref();
  return { signal: limit.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}
