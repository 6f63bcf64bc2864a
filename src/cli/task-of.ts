import { resolve } from 'node:path';
import type { SubmitTask } from '../client/task-calls.ts';
import type { LabelRule } from '../tasks/schema.ts';
import { type CallOptions, callOf } from './call-of.ts';
import { CliError } from './cli-error.ts';
import type { ServerOptions } from './find-server.ts';
import type { Io } from './io.ts';
import type { DependencyWish } from './parse/dependency.ts';
import type { WorkspaceWish } from './parse/workspace.ts';
import { readJson, readText } from './read-text.ts';

/** What `whoosh task submit` is given. */
export type SubmitOptions = ServerOptions &
  CallOptions & {
    json?: true;
    title?: string;
    prompt?: string;
    input?: string;
    project?: string;
    label?: Record<string, string>;
    dependsOn?: DependencyWish[];
    resultSchema?: string;
    needs?: string[];
    model?: string;
    minContext?: number;
    kind?: string;
    labelRule?: LabelRule[];
    agent?: string;
    runner?: string;
    slots?: number;
    allowUnsatisfiable?: true;
    requireApproval?: true;
    workspace?: WorkspaceWish;
    push?: true;
    keepOnFailure?: true;
    priority?: number;
    maxAttempts?: number;
    timeout?: number;
    availableAt?: string;
    queueDeadline?: string;
    deadline?: string;
    wait?: true;
    waitTimeout?: number;
    idempotencyKey?: string;
  };

const TITLE_LENGTH = 200;

/** The task that the command line describes. What the server checks is left to it. */
export async function taskOf(io: Io, options: SubmitOptions, text: string | undefined): Promise<SubmitTask> {
  const { input, resultSchema, timeout } = options;
  const words = await wordsOf(io, options, text);
  const call = await callOf(io, options, words.prompt);
  const task = {
    title: words.title,
    // With images it is one of the messages.
    prompt: call?.messages ? undefined : words.prompt,
    call,
    input: input === undefined ? undefined : await readJson(io, '--input', input),
    project: options.project,
    needs: needsOf(options),
    labels: options.label,
    priority: options.priority,
    workspace: workspaceOf(io, options),
    result_schema: resultSchema === undefined ? undefined : await readJson(io, '--result-schema', resultSchema),
    max_attempts: options.maxAttempts,
    attempt_timeout_ms: timeout,
    available_at: options.availableAt,
    queue_deadline_at: options.queueDeadline,
    deadline_at: options.deadline,
    depends_on: options.dependsOn,
    allow_unsatisfiable: options.allowUnsatisfiable,
    requires_approval: options.requireApproval,
  };
  return given(task) as SubmitTask;
}

/** `text` is the prompt, its first line the title; beside --prompt it is the title, beside --title the prompt. */
async function wordsOf(io: Io, { title, prompt, embed }: SubmitOptions, text: string | undefined) {
  if (title !== undefined && prompt !== undefined && text !== undefined) {
    throw usage(`Both --title and --prompt are given: what is "${text}" for?`);
  }
  const told = prompt === undefined ? text : await readText(io, '--prompt', prompt);
  const heading = title ?? (prompt === undefined ? undefined : text) ?? firstLine(told ?? '');
  if (!heading && !embed) throw usage('There is nothing to do: give a text, --prompt or --title.');
  return { title: heading || 'Embed', prompt: told };
}

const firstLine = (text: string): string => text.trim().split('\n')[0]!.trim().slice(0, TITLE_LENGTH).toWellFormed();

function needsOf({ needs, model, minContext, kind, labelRule, agent, runner, slots }: SubmitOptions) {
  return given({
    capabilities: needs,
    model,
    min_context_length: minContext,
    kind,
    labels: labelRule,
    agent,
    runner,
    slots,
  });
}

function workspaceOf(io: Io, { workspace, push, keepOnFailure }: SubmitOptions): object | undefined {
  if (workspace?.kind === 'git') {
    const repository = absolute(io, workspace.repository);
    return given({ ...workspace, repository, push, keep_on_failure: keepOnFailure });
  }
  if (push || keepOnFailure) {
    throw usage(`${push ? '--push' : '--keep-on-failure'} needs a repository: --workspace git:REPOSITORY#REF`);
  }
  return workspace?.kind === 'directory' ? { ...workspace, path: absolute(io, workspace.path) } : workspace;
}

/** A path that is meant from here; any other is the runner's business. */
const absolute = ({ cwd }: Io, path: string): string => (/^\.{1,2}(\/|$)/.test(path) ? resolve(cwd, path) : path);

/** Only what was given: the server has the defaults. */
const given = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

const usage = (sentence: string) =>
  new CliError(sentence, { code: 'usage', exit: 'usage', hint: 'See `whoosh task submit --help`.' });
