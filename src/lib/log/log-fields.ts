import { AsyncLocalStorage } from 'node:async_hooks';

/** What a log line belongs to. */
export type LogFields = {
  request_id?: string;
  task_id?: string;
  epoch?: number;
  trace_id?: string | undefined;
  duty?: string;
};

/** Read when a line is written, which is rare: binding costs a request nothing but a closure. */
type Source = () => LogFields;

const storage = new AsyncLocalStorage<Source | undefined>();

/** Which request, attempt or duty the work under way is for; every log line written meanwhile says so. */
export const logFields = {
  /** Runs `work`, and all that it begins, for what `source` names. */
  during: <T>(source: Source, work: () => T): T => storage.run(source, work),
  /** Runs what serves several at once: its lines belong to nobody. */
  shared: <T>(work: () => T): T => storage.run(undefined, work),
  /** A copy, which the caller may change. */
  now: (): LogFields => ({ ...storage.getStore()?.() }),
};
