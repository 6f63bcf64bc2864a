import type { Question, QuestionFilter } from '../../client/question-calls.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { showAge } from '../show/age.ts';
import { printJson } from '../show/json.ts';
import { logText } from '../show/log-text.ts';
import { oneLine } from '../show/one-line.ts';
import { shortId } from '../show/short-id.ts';
import { style } from '../show/style.ts';

type Options = ServerOptions & { json?: true } & Pick<QuestionFilter, 'project' | 'task'>;

/** Of a long detail the rest is with `--json`. */
const DETAIL_LINES = 12;

/** `whoosh inbox` */
export async function showInbox(io: Io, { project, task, ...options }: Options): Promise<void> {
  const client = await openClient(io, options);
  const filter = { ...(project && { project }), ...(task && { task }), limit: 200 };
  const items = await Array.fromAsync(client.listQuestions(filter));
  if (options.json) return printJson(io, { items });
  if (!items.length) return void io.stdout.write('Nobody waits for an answer.\n');
  const ids = items.map(({ id }) => id);
  io.stdout.write(items.map((question) => describe(io, question, shortId(question.id, ids))).join('\n'));
}

function describe(io: Io, question: Question, id: string): string {
  const { title, kind, task_id, task_title, asked_at, expires_at, options, allow_text, default_answer } = question;
  const fallback = default_answer?.option ?? default_answer?.text;
  const expiry = expires_at && `expires ${expires_at}${fallback === undefined ? '' : `, then: ${oneLine(fallback)}`}`;
  const lines = [
    `${style(io, 'bold', oneLine(title))}`,
    `  ${[`asked ${showAge(asked_at)}`, kind === 'permission' && 'for permission', expiry].filter(Boolean).join('; ')}`,
    `  task ${task_id} ${oneLine(task_title)}`,
    ...detailLines(io, question),
    ...options.map(
      ({ id: option, name }) => `    ${command(id, option)}${option === name ? '' : `   ${oneLine(name)}`}`,
    ),
    ...(allow_text ? [`    ${command(id, '"..."')}`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function detailLines(io: Io, { detail }: Question): string[] {
  const lines = logText(detail ?? '', io.stdout)
    .trimEnd()
    .split('\n');
  const shown = lines.slice(0, DETAIL_LINES).map((line) => `  | ${line}`);
  if (!detail) return [];
  return lines.length > DETAIL_LINES ? [...shown, `  | ... ${lines.length - DETAIL_LINES} more lines`] : shown;
}

const command = (id: string, answer: string): string => `whoosh answer ${id} ${quoted(answer)}`;

/** As a shell takes it. */
const quoted = (word: string): string =>
  /^[\w.,:@%+/=-]+$/.test(word) || word === '"..."' ? word : `'${oneLine(word).replaceAll("'", `'\\''`)}'`;
