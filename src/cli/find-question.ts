import type { Client } from '../client/client.ts';
import type { Question } from '../client/question-calls.ts';
import { CliError } from './cli-error.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The question with this id, or the one pending question whose id begins or ends so. */
export async function findQuestion(client: Client, text: string): Promise<Question> {
  if (UUID.test(text)) return client.getQuestion(text);
  const wanted = text.toLowerCase();
  const found: Question[] = [];
  for await (const question of client.listQuestions({ limit: 200 })) {
    if (question.id.startsWith(wanted) || question.id.endsWith(wanted)) found.push(question);
  }
  if (found.length === 1) return found[0]!;
  const sentence = found.length
    ? `${found.length} pending questions have an id that begins or ends with ${text}`
    : `There is no pending question ${text}`;
  const code = found.length ? 'ambiguous' : 'not_found';
  throw new CliError(sentence, { code, hint: '`whoosh inbox` lists them.' });
}
