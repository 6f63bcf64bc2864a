import { fullName } from '../../agents/schema.ts';
import type { Artifact } from '../../client/artifact-calls.ts';
import type { Client } from '../../client/client.ts';
import type { Attempt, Message, Task } from '../../client/task-calls.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { showAhead } from '../show/ahead.ts';
import { showBytes } from '../show/bytes.ts';
import { showDuration } from '../show/duration.ts';
import { printFields } from '../show/fields.ts';
import { printJson } from '../show/json.ts';
import { logText } from '../show/log-text.ts';
import { showNeeds } from '../show/needs.ts';
import { oneLine } from '../show/one-line.ts';
import { printTable } from '../show/table.ts';
import { showTaskState } from '../show/task-state.ts';
import { showUsage } from '../show/usage.ts';
import { unlessForbidden } from '../unless-forbidden.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh task show` */
export async function showTask(io: Io, options: Options, id: string): Promise<void> {
  const client = await openClient(io, options);
  const [task, attempts, artifacts] = await Promise.all([
    client.getTask(id),
    client.listAttempts(id),
    client.listArtifacts(id),
  ]);
  if (options.json) return printJson(io, { ...task, attempt_list: attempts, artifacts });
  const { slug } = await unlessForbidden(client.getProject(task.project_id), { slug: task.project_id });
  printFields(io, { ...fieldsOf(io, task), ...(await othersOf(client, task)), project: slug });
  if (attempts.length) printAttempts(io, attempts);
  if (artifacts.length) printArtifacts(io, artifacts);
}

/** What is not in the task itself: what it asks, what was said to it, what it has handed in. */
async function othersOf(client: Client, { id, awaiting_input }: Task): Promise<Record<string, string>> {
  const [questions, messages, children] = await Promise.all([
    awaiting_input ? unlessForbidden(Array.fromAsync(client.listQuestions({ task: id })), []) : [],
    unlessForbidden(Array.fromAsync(client.listMessages(id)), []),
    unlessForbidden(Array.fromAsync(client.listTasks({ parent: id })), []),
  ]);
  return {
    asks: questions.map((question) => `${oneLine(question.title)} (whoosh answer ${question.id} ...)`).join('\n'),
    'told to it': messages.map(showMessage).join('\n'),
    'sub-tasks': children.map((child) => `${child.id} ${child.state} ${oneLine(child.title)}`).join('\n'),
  };
}

const showMessage = ({ text, taken_by }: Message): string =>
  `${oneLine(text)} (${taken_by === null ? 'no attempt has taken it' : `taken by attempt ${taken_by}`})`;

function showProgress({ percent, text }: NonNullable<Task['progress']>): string {
  return [percent !== null && `${percent}%`, text !== null && oneLine(text)].filter(Boolean).join(' ');
}

function fieldsOf(io: Io, task: Task): Record<string, string | number | null> {
  const { reason, error, workspace } = task;
  return {
    id: task.id,
    title: oneLine(task.title),
    state: showTaskState(io, task) + (reason ? ` (${reason})` : ''),
    progress: task.progress && showProgress(task.progress),
    asks: null,
    project: null,
    priority: task.priority,
    attempts: `${task.attempts} of ${task.max_attempts}`,
    needs: showNeeds(task.needs),
    workspace: workspace.kind === 'none' ? null : JSON.stringify(workspace),
    labels: Object.entries(task.labels)
      .map(([key, value]) => `${key}=${oneLine(value)}`)
      .join(', '),
    'depends on': task.depends_on.map(({ task, policy }) => `${task} (${policy})`).join('\n'),
    'retried from': task.retried_from,
    continues: task.continues,
    'sub-task of': task.parent_id && `${task.parent_id} (level ${task.depth})`,
    submitted: `${task.created_at} by ${task.submitted_by}`,
    'not before': showAhead(task.available_at),
    deadline: task.deadline_at,
    finished: task.finished_at,
    prompt: task.prompt && logText(task.prompt, io.stdout),
    input: task.input === null ? null : JSON.stringify(task.input),
    error: error && `${oneLine(error.message)} (${oneLine(error.code)})`,
    result: task.result === null ? null : JSON.stringify(task.result, null, 2),
  };
}

function printAttempts(io: Io, attempts: Attempt[]): void {
  io.stdout.write('\n');
  const rows = attempts.map((attempt) => [
    String(attempt.epoch),
    fullName({ runner: attempt.runner, name: attempt.agent }),
    attempt.claimed_at,
    attempt.ended_at ? showDuration(Date.parse(attempt.ended_at) - Date.parse(attempt.claimed_at)) : '-',
    attempt.outcome ?? 'under way',
    attempt.error ? oneLine(attempt.error.message) : showUsage(attempt.usage),
  ]);
  printTable(io, ['ATTEMPT', 'BY', 'CLAIMED', 'TOOK', 'OUTCOME', 'DETAIL'], rows);
}

function printArtifacts(io: Io, artifacts: Artifact[]): void {
  io.stdout.write('\n');
  const rows = artifacts.map(({ epoch, size_bytes, name }) => [String(epoch), showBytes(size_bytes), oneLine(name)]);
  printTable(io, ['ATTEMPT', 'SIZE', 'ARTIFACT'], rows);
}
