import { WhooshError } from '../client/whoosh-error.ts';

/** What was asked for, or `instead` where the credential may not see it: an attempt's token sees tasks and little else. */
export async function unlessForbidden<T, U>(asked: Promise<T>, instead: U): Promise<T | U> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof WhooshError && error.code === 'forbidden') return instead;
    throw error;
  }
}
