import type { components, operations } from './api.gen.ts';
import type { Api, CallOptions } from './api.ts';
import { pages } from './pages.ts';

export type Task = components['schemas']['Task'];
export type SubmitTask = components['schemas']['SubmitTask'];
export type SubmitBatch = components['schemas']['SubmitBatch'];
export type TaskSummary = components['schemas']['TaskSummary'];
export type Attempt = components['schemas']['Attempt'];
export type Message = components['schemas']['Message'];
export type LogEntry = components['schemas']['LogEntry'];
/** Filters of a task list. */
export type TaskFilter = Omit<NonNullable<operations['listTasks']['parameters']['query']>, 'cursor'>;

/** Options of calls that make something: the key under which a repeat does nothing twice. */
export type SubmitOptions = CallOptions & {
  /** At most 200 characters. Default: a random one for each call, so that its own repeats are safe. */
  idempotencyKey?: string | undefined;
};

/** Calls about tasks: submit, read, approve, cancel, retry, continue, and say something to them. */
export const taskCalls = ({ call }: Api) => ({
  /** Submits one task. Refuses: unsatisfiable, queue_full, input_too_large, invalid_schema, unknown_dependency. */
  submitTask: (task: SubmitTask, options: SubmitOptions = {}) =>
    call('post', '/api/v1/tasks', { json: task, ...keyed(options) }),

  /** Submits up to 1,000 tasks, all or none; they may depend on one another by `ref`. */
  submitBatch: (batch: SubmitBatch, options: SubmitOptions = {}) =>
    call('post', '/api/v1/tasks/batch', { json: batch, ...keyed(options) }),

  /** The task with its result or error. Refuses: not_found. */
  getTask: (id: string, options: CallOptions = {}) => call('get', '/api/v1/tasks/{id}', { path: { id }, ...options }),

  /** Every task that the filter lets through, newest first: `for await (const task of client.listTasks())`. */
  listTasks: (filter: TaskFilter = {}, options: CallOptions = {}) =>
    pages((cursor) => call('get', '/api/v1/tasks', { query: { ...filter, ...(cursor && { cursor }) }, ...options })),

  /** Each agent with its verdict, the place in the queue, and what would unblock the task. */
  whyTask: (id: string, options: CallOptions = {}) =>
    call('get', '/api/v1/tasks/{id}/why', { path: { id }, ...options }),

  /** Cancels at once what nobody holds, else tells the holder. Refuses: invalid_state when the task has ended. */
  cancelTask: (id: string, options: CallOptions = {}) =>
    call('post', '/api/v1/tasks/{id}/cancel', { path: { id }, ...options }),

  /** Asks for the same work again, as a new task. Refuses: invalid_state unless it ended without success. */
  retryTask: (id: string, options: SubmitOptions = {}) =>
    call('post', '/api/v1/tasks/{id}/retry', { path: { id }, ...keyed(options) }),

  /** Lets a task go on that waits for approval. Refuses: invalid_state when it has ended without. */
  approveTask: (id: string, options: CallOptions = {}) =>
    call('post', '/api/v1/tasks/{id}/approve', { path: { id }, ...options }),

  /** Goes on where a task has ended, as a new task on the same agent. Refuses: invalid_state when it has not ended. */
  continueTask: (id: string, next: components['schemas']['ContinueTask'], options: SubmitOptions = {}) =>
    call('post', '/api/v1/tasks/{id}/continue', { path: { id }, json: next, ...keyed(options) }),

  /** Says something to a task that has not ended. Refuses: invalid_state, messages_full. */
  sendMessage: (id: string, text: string, options: CallOptions = {}) =>
    call('post', '/api/v1/tasks/{id}/messages', { path: { id }, json: { text }, ...options }),

  /** What was said to a task, first to last, and which attempt has taken it. */
  listMessages: (id: string, options: CallOptions = {}) =>
    pages((cursor) =>
      call('get', '/api/v1/tasks/{id}/messages', {
        path: { id },
        query: { limit: 200, ...(cursor && { cursor }) },
        ...options,
      }),
    ),

  /** Every attempt, the first one first. */
  listAttempts: async (id: string, options: CallOptions = {}) =>
    (await call('get', '/api/v1/tasks/{id}/attempts', { path: { id }, ...options })).items,

  /** The tasks that this one depends on, with their results. */
  listDependencies: async (id: string, options: CallOptions = {}) =>
    (await call('get', '/api/v1/tasks/{id}/dependencies', { path: { id }, ...options })).items,

  /** The log so far, all attempts one after the other. */
  readLog: (id: string, options: CallOptions = {}) =>
    pages((cursor) =>
      call('get', '/api/v1/tasks/{id}/log', {
        path: { id },
        query: { limit: 200, ...(cursor && { cursor }) },
        ...options,
      }),
    ),
});

const keyed = ({ idempotencyKey = crypto.randomUUID(), ...options }: SubmitOptions) => ({
  ...options,
  headers: { 'idempotency-key': idempotencyKey },
});
