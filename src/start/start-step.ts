import { ConfigError } from '../config.ts';

/**
 * Does one step of the start, unless `signal` has fired. What fails is told by the name of the step, in words that can
 * be searched for: `<name> initialization failed: ...`. What is wrong with a setting begins with its name, and stays so.
 */
export async function startStep<T>(name: string, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await work();
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof ConfigError) throw cause;
    throw new Error(`${name} initialization failed: ${(cause as Error).message}`, { cause });
  }
}
