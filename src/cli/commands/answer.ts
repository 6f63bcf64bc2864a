import { text as readAll } from 'node:stream/consumers';
import type { Answer, Question } from '../../client/question-calls.ts';
import { CliError } from '../cli-error.ts';
import { findQuestion } from '../find-question.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';
import { oneLine } from '../show/one-line.ts';

type Options = ServerOptions & { json?: true; dismiss?: true };

/** `whoosh answer` */
export async function answerQuestion(io: Io, options: Options, id: string, words: unknown = []): Promise<void> {
  const said = (words as string[]).join(' ');
  if (options.dismiss && said) throw usage('--dismiss means that there is no answer; leave the text out');
  const client = await openClient(io, options);
  const question = await findQuestion(client, id);
  const closed = options.dismiss
    ? await client.dismissQuestion(question.id)
    : await client.answerQuestion(question.id, answerOf(question, said === '-' ? await readAll(io.stdin) : said));
  if (options.json) return printJson(io, closed);
  io.stdout.write(`question ${closed.id} ${closed.state}${inWords(closed)}\n`);
}

/** An option by its id, else by its name; else a text. */
function answerOf({ options, allow_text }: Question, said: string): Answer {
  const option = options.find(({ id }) => id === said) ?? options.find(({ name }) => sameName(name, said));
  if (option) return { option: option.id };
  if (said && allow_text) return { text: said };
  const choices = options.map(({ id, name }) => (id === name ? id : `${id} (${oneLine(name)})`)).join(', ');
  throw usage(choices ? `The question takes one of: ${choices}` : 'The question takes a text: give one');
}

const sameName = (name: string, said: string): boolean => name.toLowerCase() === said.trim().toLowerCase();

function inWords({ answer }: Question): string {
  const said = answer?.option ?? answer?.text;
  return said === undefined ? '' : `: ${oneLine(said)}`;
}

const usage = (sentence: string) => new CliError(sentence, { code: 'usage', exit: 'usage' });
