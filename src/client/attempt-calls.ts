import type { components } from './api.gen.ts';
import type { Api, CallOptions } from './api.ts';
import { patient } from './follow-calls.ts';
import type { Question } from './question-calls.ts';

/** The longest that one request waits at the server, in milliseconds. */
const WAIT_MS = 25_000;
/** What its answer may take beside the wait. */
const ANSWER_MS = 10_000;

/** Calls that work in progress makes about itself, with the token of its attempt (`WHOOSH_TOKEN`) as key. */
export const attemptCalls = ({ call, retry }: Api) => ({
  /** How the attempt stands, its clock above all. */
  showOwnAttempt: (options: CallOptions = {}) => call('get', '/api/v1/attempt', options),

  /** Says how far it is: 0 to 100, and a sentence. Refuses: lease_lost. */
  reportProgress: (progress: components['schemas']['ReportProgress'], options: CallOptions = {}) =>
    call('post', '/api/v1/attempt/progress', { json: progress, ...options }),

  /**
   * Asks a person. Asked again with the same key, also by a later attempt of the task, it is the same question, perhaps
   * answered already. Refuses: questions_full, lease_lost.
   */
  askQuestion: (question: components['schemas']['AskQuestion'], options: CallOptions = {}) =>
    call('post', '/api/v1/attempt/questions', { json: question, ...options }),

  /**
   * Waits until the question is answered, dismissed or expired, and returns it; outlives restarts of the server.
   * Refuses: lease_lost.
   */
  waitForAnswer: async (id: string, { signal }: Pick<CallOptions, 'signal'> = {}): Promise<Question> => {
    const patience = { signal, timeoutMs: WAIT_MS + ANSWER_MS, retry: patient(retry) };
    for (;;) {
      const asked = { path: { id }, query: { wait_ms: WAIT_MS }, ...patience };
      const question = await call('get', '/api/v1/attempt/questions/{id}', asked);
      if (question.state !== 'pending') return question;
    }
  },

  /** What people have said to the task after the message `after`, waiting up to `waitMs` for the first; they count as taken. */
  takeMessages: async ({ after = 0, waitMs = 0 } = {}, options: CallOptions = {}) =>
    (
      await call('get', '/api/v1/attempt/messages', {
        query: { after, wait_ms: waitMs },
        timeoutMs: waitMs + ANSWER_MS,
        ...options,
      })
    ).items,
});
