/**
 * Why an attempt failed, for the report to the server: `code` and sentence are what the person who asked for the task
 * reads; `retryable` says that another attempt, here or elsewhere, may succeed.
 */
export class AttemptFailure extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, sentence: string, retryable: boolean, cause?: unknown) {
    super(sentence, { cause });
    this.name = 'AttemptFailure';
    this.code = code;
    this.retryable = retryable;
  }
}
