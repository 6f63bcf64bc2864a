/**
 * Makes callers share one answer of `ask`: those that come while it is under way, and those within `keepMs` milliseconds
 * after it. So a probe that everybody may call costs the same however often it is called. A failure is not kept.
 */
export function shared<T>(ask: () => Promise<T>, keepMs: number): () => Promise<T> {
  let answer: Promise<T> | undefined;
  const forget = () => {
    answer = undefined;
  };
  return () => {
    answer ??= ask().then(
      (value) => {
        setTimeout(forget, keepMs).unref();
        return value;
      },
      (error) => {
        forget();
        throw error;
      },
    );
    return answer;
  };
}
