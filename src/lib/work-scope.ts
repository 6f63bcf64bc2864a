import { AsyncLocalStorage } from 'node:async_hooks';

/** What the work under way is for. */
export type WorkScope = {
  request_id?: string;
  task_id?: string;
  epoch?: number;
  duty?: string;
  /** W3C Trace Context: the trace it belongs to, and what of it is its parent. */
  traceparent?: string | null;
};

/** Asked when somebody wants to know, which is rare: a scope costs a request nothing but a closure. */
type Source = () => WorkScope;

const storage = new AsyncLocalStorage<Source | undefined>();

/** Which request, attempt or duty the work under way is for: every log line says so, and tasks are traced by it. */
export const workScope = {
  /** Runs `work`, and all that it begins, for what `source` names. */
  during: <T>(source: Source, work: () => T): T => storage.run(source, work),
  /** Runs what serves several at once and belongs to none of them. */
  shared: <T>(work: () => T): T => storage.run(undefined, work),
  now: (): WorkScope => storage.getStore()?.() ?? {},
};
