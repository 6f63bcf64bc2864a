import { AppError } from '../../src/errors.ts';

/** What was answered, or the code of the refusal with the members of its problem document. */
export async function answerOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    return { code: error.code, ...error.extras.members };
  });
}
