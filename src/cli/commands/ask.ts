import type { Client } from '../../client/client.ts';
import type { Question } from '../../client/question-calls.ts';
import type { Exit } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { openAttemptClient } from '../open-attempt-client.ts';
import type { Choice } from '../parse/choice.ts';
import { readText } from '../read-text.ts';
import { printJson } from '../show/json.ts';

type Options = {
  json?: true;
  option?: Choice[];
  text?: true;
  detail?: string;
  default?: string;
  expires?: number;
  key?: string;
};
type Asked = Parameters<Client['askQuestion']>[0];

/** `whoosh ask`, inside an attempt. */
export async function ask(io: Io, options: Options, title: string): Promise<Exit> {
  const client = openAttemptClient(io);
  const asked = await client.askQuestion(await questionOf(io, options, title));
  const question = asked.state === 'pending' ? await client.waitForAnswer(asked.id) : asked;
  if (options.json) printJson(io, question);
  else print(io, question);
  return question.state === 'answered' ? 'ok' : 'unanswered';
}

async function questionOf(io: Io, options: Options, title: string): Promise<Asked> {
  const { option: choices = [], text, detail, default: fallback, expires, key } = options;
  return {
    title,
    kind: 'question',
    options: choices,
    ...(text && { allow_text: true }),
    ...(detail !== undefined && { detail: await readText(io, '--detail', detail) }),
    ...(fallback !== undefined && { default_answer: answerOf(choices, fallback) }),
    ...(expires !== undefined && { expires_in_ms: expires }),
    ...(key !== undefined && { key }),
  };
}

const answerOf = (choices: Choice[], text: string) =>
  choices.some(({ id }) => id === text) ? { option: text } : { text };

function print(io: Io, { state, answer, answered_by }: Question): void {
  if (state === 'answered') io.stdout.write(`${answer?.option ?? answer?.text}\n`);
  else io.stderr.write(state === 'expired' ? 'nobody answered in time\n' : `dismissed by ${answered_by}\n`);
}
