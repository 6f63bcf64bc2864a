/** `fn` for the first call and then once a second at most; calls between are dropped. For log lines that may come by thousands. */
export function atMostOnceASecond<A extends unknown[]>(fn: (...args: A) => void): (...args: A) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (...args) => {
    if (performance.now() - last < 1000) return;
    last = performance.now();
    fn(...args);
  };
}
