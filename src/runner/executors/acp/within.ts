import { AttemptFailure } from '../../attempt-failure.ts';

/** The answer of an agent; AttemptFailure agent_silent with the sentence when it does not come in time. */
export async function within<T>(answer: Promise<T>, ms: number, sentence: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AttemptFailure('agent_silent', sentence, false)), ms);
  });
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
}
