import type { EventView } from '../events/schema.ts';
import type { Api, CallOptions } from './api.ts';
import { followStream } from './follow-stream.ts';
import type { RetryPolicy } from './retries.ts';
import type { LogEntry, Task } from './task-calls.ts';

export type Event = EventView;

/** Options of everything that follows: `after` is the id of the last event that was seen. */
export type FollowOptions = Pick<CallOptions, 'signal'> & { after?: string | undefined };

/** A server may be restarted or moved while somebody follows; the calls themselves give up sooner. */
const PATIENCE_MS = 600_000;
const ENDED: string[] = ['succeeded', 'failed', 'cancelled', 'expired'] satisfies Task['state'][];

/** Whether a task in this state is over for good. */
export const hasEnded = ({ state }: Pick<Task, 'state'>): boolean => ENDED.includes(state);

/** Whether an event is the last one of its task. */
export const tellsEnd = (event: unknown): boolean => ENDED.some((state) => `task.${state}` === (event as Event).type);

/** The policy of calls that last. */
export const patient = (retry: RetryPolicy): RetryPolicy => ({
  ...retry,
  giveUpOn: undefined,
  withinMs: Math.max(retry.withinMs, PATIENCE_MS),
});

/** Calls that go on: events and logs as they happen, over restarts of the server. */
export function followCalls({ call, at, retry }: Api) {
  const options = ({ signal, after }: FollowOptions) => ({ signal, lastEventId: after, retry: patient(retry) });
  return {
    /** What happens from now on, or after `after`, in all projects that the key sees. Goes on until you stop. */
    followEvents: async function* (
      filter: { project?: string; type?: string } = {},
      follow: FollowOptions = {},
    ): AsyncGenerator<Event> {
      const events = followStream({ ...at('/api/v1/events'), query: filter, ...options(follow) });
      for await (const { data } of events) yield data as Event;
    },

    /** What has happened to the task since its submit, and what does, to its end. */
    followTask: async function* (id: string, follow: FollowOptions = {}): AsyncGenerator<Event> {
      for await (const { data } of followStream({ ...at('/api/v1/tasks/{id}/events', { id }), ...options(follow) })) {
        yield data as Event;
        if (tellsEnd(data)) return;
      }
    },

    /** The log of the task, what is there and what comes, to its end. `after` is `<epoch>-<seq>` of the last line seen. */
    followLog: async function* (id: string, follow: FollowOptions = {}): AsyncGenerator<LogEntry> {
      const isOver = async () =>
        hasEnded(await call('get', '/api/v1/tasks/{id}', { path: { id }, signal: follow.signal }));
      const stream = { ...at('/api/v1/tasks/{id}/log/stream', { id }), ...options(follow), isOver };
      for await (const { data } of followStream(stream)) yield data as LogEntry;
    },
  };
}
