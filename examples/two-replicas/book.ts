/** One answer that a client met, or its absence. Times are of performance.now(), in milliseconds. */
export type Met = {
  call: string;
  at: number;
  ms: number;
  /** 0: no answer came. */
  status: number;
  retryAfter: string | null;
  detail: string;
};

/** A task whose submission was answered, and what its client saw of its end. */
type Acknowledged = { id: string; state: string | undefined; isRight: boolean; ms: number };

/** What the clients were told. */
export type Book = {
  met: Met[];
  acknowledged: Acknowledged[];
  /** As the global fetch; writes down every answer. */
  fetch: typeof fetch;
};

/** Opens an empty book. */
export function openBook(): Book {
  const met: Met[] = [];
  return {
    met,
    acknowledged: [],
    async fetch(input, init) {
      const at = performance.now();
      const call = `${init?.method ?? 'GET'} ${new URL(String(input)).pathname.replace(/[0-9a-f-]{36}/g, ':id')}`;
      try {
        const answer = await fetch(input, init);
        const retryAfter = answer.headers.get('retry-after');
        // The client of the SDK reads the body, so what a refusal says is read from a copy.
        const detail = answer.ok ? '' : await answer.clone().text();
        met.push({ call, at, ms: performance.now() - at, status: answer.status, retryAfter, detail });
        return answer;
      } catch (error) {
        const { message, cause } = error as Error;
        const detail = `${message} ${(cause as Error | undefined)?.message ?? ''}`;
        met.push({ call, at, ms: performance.now() - at, status: 0, retryAfter: null, detail });
        throw error;
      }
    },
  };
}
