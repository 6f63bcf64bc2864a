import type { z } from 'zod';
import type { dependencyResult, Grant } from '../attempt-schema.ts';

export type DependencyResult = z.infer<typeof dependencyResult>;

/**
 * What the user says last to a model: the prompt, then what the task has beside it, each part after an empty line.
 * `earlier` is the summary of the task that it goes on with, where the messages do not have that.
 */
export function lastWord(
  { prompt, input }: Pick<Grant, 'prompt' | 'input'>,
  results: DependencyResult[],
  earlier?: string,
): string {
  const byName = Object.fromEntries(results.map(({ name, state, result }) => [name, { state, result }]));
  const parts = [
    prompt,
    earlier && `This goes on with earlier work:\n${earlier}`,
    input !== null && `Input:\n${JSON.stringify(input)}`,
    results.length > 0 && `Results of earlier tasks:\n${JSON.stringify(byName)}`,
  ];
  return parts.filter(Boolean).join('\n\n');
}
