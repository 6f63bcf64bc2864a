import { setTimeout as pause } from 'node:timers/promises';
import type { Api, CallOptions } from './api.ts';
import { hasEnded, patient, tellsEnd } from './follow-calls.ts';
import { readStream } from './read-stream.ts';
import type { Sending } from './send.ts';
import type { Task } from './task-calls.ts';
import { WhooshError } from './whoosh-error.ts';

export type WaitOptions = Pick<CallOptions, 'signal'> & {
  /** Gives up after so many milliseconds with WhooshError `timeout`; the task goes on. Default: never. */
  timeoutMs?: number | undefined;
};

/** Between two looks while the event stream is broken or not let through. */
const POLL_MS = 2000;
/** A stream begins with the submit of the task; when that takes longer, something on the way holds streams back. */
const FIRST_EVENT_MS = 5000;
/** setTimeout fires at once for more. */
const LONGEST_MS = 2_147_483_647;

/** Calls that wait for the end of a task. */
export const waitCalls = ({ call, at, retry }: Api) => ({
  /**
   * Waits until the task has ended, however it ends, and returns it with its result or error. Listens to its events, and
   * looks every 2 s where these are not let through; outlives restarts of the server.
   */
  waitTask: async (id: string, { signal, timeoutMs }: WaitOptions = {}): Promise<Task> => {
    const limit = openLimit(id, signal, timeoutMs);
    const options = { signal: limit.signal, retry: patient(retry) };
    try {
      for (;;) {
        const task = await call('get', '/api/v1/tasks/{id}', { path: { id }, ...options });
        if (hasEnded(task)) return task;
        await untilEndIsTold(at('/api/v1/tasks/{id}/events', { id }), limit.signal);
      }
    } finally {
      limit.close();
    }
  },
});

function openLimit(id: string, signal: AbortSignal | undefined, timeoutMs = LONGEST_MS) {
  const limit = new AbortController();
  const abort = () => limit.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const late = new WhooshError(`Task ${id} has not ended within ${timeoutMs} ms`, { code: 'timeout' });
  const timer = setTimeout(() => limit.abort(late), Math.min(timeoutMs, LONGEST_MS));
  const close = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
  return { signal: limit.signal, close };
}

/** Returns when it is time to look again: at the end of the task, or 2 s after the stream broke. */
async function untilEndIsTold(stream: Sending, signal: AbortSignal): Promise<void> {
  const heldBack = new AbortController();
  const timer = setTimeout(() => heldBack.abort(), FIRST_EVENT_MS);
  try {
    for await (const { data } of readStream({ ...stream, signal: AbortSignal.any([signal, heldBack.signal]) })) {
      clearTimeout(timer);
      if (tellsEnd(data)) return;
    }
  } catch {
    // Whatever is wrong with the stream, the look that comes next finds out what matters.
  } finally {
    clearTimeout(timer);
  }
  await pause(POLL_MS, undefined, { signal }).catch(() => {});
}
