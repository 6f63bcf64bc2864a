/**
 * Why a runner cannot start or go on, in a sentence for the person at its machine: what is wrong and what to do.
 * Nothing that a repeat could mend is reported by it.
 */
export class RunnerError extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = 'RunnerError';
  }
}
