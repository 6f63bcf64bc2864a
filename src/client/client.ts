import { accessCalls } from './access-calls.ts';
import { alertCalls } from './alert-calls.ts';
import { type ClientOptions, createApi } from './api.ts';
import { artifactCalls } from './artifact-calls.ts';
import { attemptCalls } from './attempt-calls.ts';
import { fleetCalls } from './fleet-calls.ts';
import { followCalls } from './follow-calls.ts';
import { questionCalls } from './question-calls.ts';
import { taskCalls } from './task-calls.ts';
import { waitCalls } from './wait-calls.ts';

// What users of the package need beside the client itself.
export type { Alert } from './alert-calls.ts';
export type { Agent, Runner } from './fleet-calls.ts';
export type { Event } from './follow-calls.ts';
export type { Answer, Question } from './question-calls.ts';
export type { Attempt, LogEntry, SubmitBatch, SubmitTask, Task, TaskSummary } from './task-calls.ts';
// biome-ignore lint/performance/noBarrelFile: this file is the entry of the package, and the error is thrown to its users.
export { WhooshError } from './whoosh-error.ts';

/** Every call to a WHOOSH server, as functions. */
export type Client = ReturnType<typeof createClient>;

/**
 * Makes a client; it opens no connection before its first call. Calls throw WhooshError with the code of docs/errors.md
 * (or `unreachable`, `timeout`, `unexpected_answer`), and are repeated while the server is away or busy: a submit
 * carries an Idempotency-Key, so nothing happens twice.
 */
export function createClient(options: ClientOptions) {
  const api = createApi(options);
  return {
    ...taskCalls(api),
    ...waitCalls(api),
    ...followCalls(api),
    ...artifactCalls(api),
    ...fleetCalls(api),
    ...questionCalls(api),
    ...attemptCalls(api),
    ...accessCalls(api),
    ...alertCalls(api),
  };
}
