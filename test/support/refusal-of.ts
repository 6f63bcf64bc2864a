import { expect } from 'vitest';
import { AppError } from '../../src/errors.ts';

/** The AppError that `promise` is refused with; fails when it is not refused, or with another error. */
export async function refusalOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}
