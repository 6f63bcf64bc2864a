import { fullName } from '../../agents/schema.ts';
import type { Artifact } from '../../client/artifact-calls.ts';
import type { Attempt, Task } from '../../client/task-calls.ts';
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
import { showState } from '../show/state.ts';
import { printTable } from '../show/table.ts';

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
  const { slug } = await client.getProject(task.project_id);
  printFields(io, { ...fieldsOf(io, task), project: slug });
  if (attempts.length) printAttempts(io, attempts);
  if (artifacts.length) printArtifacts(io, artifacts);
}

function fieldsOf(io: Io, task: Task): Record<string, string | number | null> {
  const { reason, error, workspace } = task;
  return {
    id: task.id,
    title: oneLine(task.title),
    state: showState(io, task.state) + (reason ? ` (${reason})` : ''),
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
    attempt.error ? oneLine(attempt.error.message) : '',
  ]);
  printTable(io, ['ATTEMPT', 'BY', 'CLAIMED', 'TOOK', 'OUTCOME', 'ERROR'], rows);
}

function printArtifacts(io: Io, artifacts: Artifact[]): void {
  io.stdout.write('\n');
  const rows = artifacts.map(({ epoch, size_bytes, name }) => [String(epoch), showBytes(size_bytes), oneLine(name)]);
  printTable(io, ['ATTEMPT', 'SIZE', 'ARTIFACT'], rows);
}
