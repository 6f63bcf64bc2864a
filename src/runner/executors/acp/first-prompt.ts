import type { Execution } from '../executor.ts';

/** Longer inputs are read from their file. */
const LONGEST_INPUT = 65_536;

/**
 * What the agent is asked first: the prompt of the task, with its input, where the results of other tasks lie, and what
 * shape the result must have. A session that goes on knows what was before; a new one is told in short.
 */
export function firstPrompt({ grant, folder }: Pick<Execution, 'grant' | 'folder'>, isResumed: boolean): string {
  const { prompt, title, input, continues, result_schema, has_dependencies } = grant;
  const summary = !isResumed && continues?.summary;
  return [
    summary && `This goes on with earlier work, which was, in short:\n\n${summary}`,
    prompt ?? title,
    input !== null && inputText(input, folder.inputFile),
    has_dependencies && `The results of the tasks that this one depends on are in the file ${folder.dependenciesFile}.`,
    result_schema !== null &&
      `Let your last message be nothing but JSON that satisfies this JSON Schema:\n\n${JSON.stringify(result_schema)}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

function inputText(input: unknown, file: string): string {
  const text = JSON.stringify(input);
  return text.length > LONGEST_INPUT ? `The input is the JSON in the file ${file}.` : `The input, as JSON:\n\n${text}`;
}
