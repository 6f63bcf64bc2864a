/**
 * `promise`, or a rejection ("... timeout expired") after `limitMs` milliseconds; the promise itself goes on, its later
 * failure is dropped. When the event loop was blocked past the limit, an answer that already waits in the socket wins.
 */
export function within<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const expire = () => reject(new Error(`timeout expired after ${limitMs} ms`));
    // Timers run before sockets are read, so a stall longer than the limit would fail every healthy connection at once:
    // the expiry waits for one turn of reading.
    const timer = setTimeout(() => setImmediate(() => setImmediate(expire)), limitMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
