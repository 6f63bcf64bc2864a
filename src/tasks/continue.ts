import type { ChatMessage, ModelCall } from '../agents/push/schema.ts';
import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { TaskDesk } from './desk.ts';
import { listDependencyResults } from './list-attempts.ts';
import { type DependencyResult, lastWord } from './push/last-word.ts';
import { type ContinueTask, type SubmitTask, type TaskView, taskCan } from './schema.ts';
import { type Submission, type Submitted, submitTasks } from './submit.ts';
import { taskProject } from './task-project.ts';
import { termsOf } from './terms-of.ts';

/** Who did the task last; null for what is gone by now. */
type Doer = { agent_id: string | null; runner_id: string | null };

const DOER_SQL = `
  select g.id as agent_id, g.runner_id
  from attempts a
  left join agents g on g.id = a.agent_id and g.removed_at is null
  left join runners r on r.id = g.runner_id
  where a.task_id = $1 order by a.epoch desc limit 1`;

const MOST_MESSAGES = 1000;
const MOST_BYTES = 1_048_576;

/**
 * Goes on where a task has ended, with a new one that `continues` it: same workspace, labels and limits, and on the same
 * agent of the same runner, which may resume the session. With a model server it is the conversation so far and a new
 * prompt, for any agent that fits. What the agent said is told anew where it cannot resume, or is gone.
 * Refuses: invalid_state when the task has not ended, input_too_large (a conversation over 1,000 messages or 1 MiB), and
 * whatever a submit refuses.
 */
export async function continueTask(
  desk: TaskDesk,
  task: TaskView,
  wanted: ContinueTask,
  { actor, idempotency_key }: Pick<Submission, 'actor' | 'idempotency_key'>,
): Promise<Submitted> {
  const { db } = desk.context;
  if (!taskCan('continue', task.state)) {
    throw new AppError('invalid_state', `Only a task that has ended can be continued; this one is ${task.state}.`);
  }
  const [project, doer, results] = await Promise.all([
    taskProject(db, task.project_id),
    doerOf(db, task.id),
    listDependencyResults(db, task.id),
  ]);
  const next = toSubmission(task, wanted, { ...doer, results });
  return submitTasks(desk, { project, tasks: [next], idempotency_key, actor });
}

async function doerOf(db: Db, taskId: string): Promise<Doer> {
  const [doer] = await db.query<Doer>(DOER_SQL, [taskId]);
  return doer ?? { agent_id: null, runner_id: null };
}

function toSubmission(
  task: TaskView,
  { prompt, title }: ContinueTask,
  doer: Doer & { results: DependencyResult[] },
): SubmitTask {
  const call = isByModel(task, doer) ? conversation(task, doer.results) : undefined;
  return {
    ...termsOf(task),
    title: title ?? titleOf(prompt, task.title),
    prompt,
    needs: pinned(task.needs, doer),
    depends_on: [],
    // The agent may be away: it is waited for.
    allow_unsatisfiable: true,
    continues: task.id,
    ...(call && { call }),
  };
}

const titleOf = (prompt: string, before: string): string =>
  prompt.trim().split('\n')[0]!.trim().slice(0, 200).toWellFormed() || before;

/** A session lives on one machine with one agent; any model server can be told what was said. */
const pinned = (needs: TaskView['needs'], { agent_id, runner_id }: Doer): TaskView['needs'] =>
  agent_id !== null && runner_id !== null ? { ...needs, agent: agent_id, runner: runner_id } : needs;

const isByModel = ({ call }: TaskView, { agent_id, runner_id }: Doer): boolean =>
  call !== null || (agent_id !== null && runner_id === null);

/** What was said so far, when a model server was asked. */
function conversation({ call, prompt, input, result }: TaskView, results: DependencyResult[]): ModelCall {
  const { embed: _, ...rest } = call ?? { repairs: 0 };
  const asked = lastWord({ prompt, input }, results);
  const said: ChatMessage[] = [
    ...(call?.messages ?? []),
    ...(asked ? [{ role: 'user' as const, content: asked }] : []),
    ...(result === null ? [] : [{ role: 'assistant' as const, content: textOf(result) }]),
  ];
  const bytes = Buffer.byteLength(JSON.stringify(said));
  if (said.length > MOST_MESSAGES || bytes > MOST_BYTES) {
    const sentence = `The conversation has ${said.length} messages of ${bytes} bytes; the limits are ${MOST_MESSAGES} and ${MOST_BYTES}.`;
    throw new AppError('input_too_large', sentence);
  }
  return { ...rest, messages: said };
}

/** What the model wrote, whether its result is the text, holds it, or is the JSON that it wrote. */
function textOf(result: NonNullable<TaskView['result']>): string {
  if (typeof result === 'string') return result;
  if (typeof result === 'object' && 'text' in result && typeof result.text === 'string') return result.text;
  return JSON.stringify(result);
}
