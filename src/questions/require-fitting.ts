import { AppError } from '../errors.ts';
import type { Answer, QuestionView } from './schema.ts';

/** Refuses with invalid_request an answer that the question does not offer; `path` is where it stands in the body. */
export function requireFitting(
  { options, allow_text }: Pick<QuestionView, 'options' | 'allow_text'>,
  { option, text }: Answer,
  path: string[] = [],
): void {
  if (text !== undefined && !allow_text) {
    refuse([...path, 'text'], `expected \`option\`, one of ${namesOf(options)}: the question takes no text`);
  }
  if (option !== undefined && !options.some(({ id }) => id === option)) {
    refuse([...path, 'option'], options.length ? `expected one of ${namesOf(options)}` : 'expected `text`');
  }
}

const namesOf = (options: QuestionView['options']): string => options.map(({ id }) => id).join(', ');

function refuse(path: string[], message: string): never {
  throw new AppError('invalid_request', 'The question does not take this answer.', {
    errors: [{ path: path.join('.'), message }],
  });
}
