import type { components, operations } from './api.gen.ts';
import type { Api, CallOptions } from './api.ts';
import { pages } from './pages.ts';

export type Question = components['schemas']['Question'];
export type Answer = components['schemas']['Answer'];
/** Filters of a list of questions; without `state`, the pending ones. */
export type QuestionFilter = Omit<NonNullable<operations['listQuestions']['parameters']['query']>, 'cursor'>;

/** Calls about what running work asks. */
export const questionCalls = ({ call }: Api) => ({
  /** Every question that the filter lets through: the pending ones oldest first, others newest first. */
  listQuestions: (filter: QuestionFilter = {}, options: CallOptions = {}) =>
    pages((cursor) =>
      call('get', '/api/v1/questions', { query: { ...filter, ...(cursor && { cursor }) }, ...options }),
    ),

  /** Refuses: not_found. */
  getQuestion: (id: string, options: CallOptions = {}) =>
    call('get', '/api/v1/questions/{id}', { path: { id }, ...options }),

  /**
   * Answers with one of the options, or in words where the question takes them; a repeat is harmless.
   * Refuses: invalid_request (not an answer to this question), invalid_state (it has another answer, or will have none).
   */
  answerQuestion: (id: string, answer: Answer, options: CallOptions = {}) =>
    call('post', '/api/v1/questions/{id}/answer', { path: { id }, json: answer, ...options }),

  /** Tells whoever asked that there will be no answer. Refuses: invalid_state when there is one. */
  dismissQuestion: (id: string, options: CallOptions = {}) =>
    call('post', '/api/v1/questions/{id}/dismiss', { path: { id }, ...options }),
});
