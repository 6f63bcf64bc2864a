import { existsSync } from 'node:fs';
import type { Log } from '../lib/log.ts';
import type { Grant } from '../tasks/attempt-schema.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import type { AgentsFile } from './agents-file.ts';
import type { AgentConfig } from './agents-schema.ts';
import type { RunnerApi } from './api.ts';
import { attemptApi } from './attempt-api.ts';
import type { AttemptClock } from './attempt-clock.ts';
import { type AttemptFolder, attemptFolder, fillAttemptFolder } from './attempt-folder.ts';
import { runCommand } from './executors/command.ts';
import type { Execution, Outcome, Usage } from './executors/executor.ts';
import { failureOf } from './failure-of.ts';
import { HandBack } from './hand-back-error.ts';
import type { OutboxEntry } from './outbox/deliver.ts';
import { listArtifacts } from './outbox/list-artifacts.ts';
import { OutputLog } from './output/output-log.ts';
import { sendLog } from './output/send-log.ts';
import { traceRun } from './trace-run.ts';
import { atEarlierPlace, leaveEarlierPlace } from './workspace/earlier-place.ts';
import { openWorkspace } from './workspace/open-workspace.ts';
import type { OpenWorkspace } from './workspace/workspace.ts';

/** What every attempt of a runner shares. */
export type AttemptContext = {
  api: RunnerApi;
  server: string;
  /** The runner's folder. */
  folder: string;
  allowed: Pick<AgentsFile, 'directories' | 'repositories'>;
  environment: NodeJS.ProcessEnv;
  log: Log;
  tracing: Tracing;
  /** Milliseconds between asking a command to end and ending it. */
  killAfterMs: number;
};

/** Why work is broken off and its end reported all the same. */
export type Interruption = 'cancel' | 'timeout';

export type AttemptRequest = {
  grant: Grant;
  agent: AgentConfig;
  holder_id: string;
  /** The time that it may take. */
  clock: AttemptClock;
  /** Ends the work; the reason is an Interruption, or the work is dropped as well. */
  work: AbortSignal;
  /** Nobody wants the outcome any more: what is left to do is cleaning up. */
  drop: AbortSignal;
  /** Called when the server says that the lease is lost. */
  onLost: () => void;
};

const AWAY = { withinMs: Infinity, capMs: 5_000 };
/** The rest of the log goes with the report; it is not worth waiting for a server that is away. */
const LOG_WAIT_MS = 1_000;
/** A Node program that loads a hundred MiB from a busy disk needs several seconds. */
const HELLO_MS = 30_000;

/** Does a started attempt from its folder to its report. Rejects only with the reason of `drop`, and with HandBack. */
export async function doAttempt(context: AttemptContext, request: AttemptRequest): Promise<OutboxEntry> {
  const { grant, holder_id, drop } = request;
  const folder = await atEarlierPlace(attemptFolder(context.folder, grant), context.folder, grant);
  const { api, log: runnerLog } = context;
  const send = sendLog({ api, ref: grant, holder_id, onLost: request.onLost, log: runnerLog });
  const output = new OutputLog({ send });
  const outcome = await traceRun(context.tracing, request, (traceparent) =>
    workOn(context, { ...request, folder, traceparent }, output),
  );
  drop.throwIfAborted();
  const artifacts = await listArtifacts(folder, output).catch((error) => {
    output.system(`The artifacts cannot be read: ${error.message}`);
    return [];
  });
  const log = await output.close(LOG_WAIT_MS);
  drop.throwIfAborted();
  const { task_id, epoch } = grant;
  return { task_id, epoch, report: reportOf(holder_id, outcome), log, artifacts };
}

type Work = AttemptRequest & { folder: AttemptFolder; traceparent: string | null };

async function workOn(context: AttemptContext, request: Work, output: OutputLog): Promise<Outcome> {
  let workspace: OpenWorkspace | undefined;
  let outcome: Outcome;
  try {
    workspace = await prepare(context, request, output);
    request.work.throwIfAborted();
    outcome = await execute(context, request, workspace, output);
  } catch (error) {
    // The task has not failed, so nothing of it is kept; the next attempt begins anew.
    if (error instanceof HandBack) await leave(workspace, request, { ok: true });
    if (error instanceof HandBack) throw error;
    outcome = failed(error);
  }
  outcome = interrupted(request.work, outcome);
  if (workspace && !request.drop.aborted) outcome = await withChanges(workspace, request, outcome);
  if (workspace && outcome.session !== undefined) await remember(workspace, request, output);
  // What nobody wants any more is not kept either.
  await leave(workspace, request, { ok: outcome.ok || request.drop.aborted });
  return outcome;
}

async function leave(workspace: OpenWorkspace | undefined, { folder }: Work, end: { ok: boolean }): Promise<void> {
  await workspace?.close(end);
  if (!existsSync(folder.keptFile)) await leaveEarlierPlace(folder);
}

async function remember(workspace: OpenWorkspace, { drop }: Work, output: OutputLog): Promise<void> {
  await workspace.remember(drop).catch((error) => {
    if (!drop.aborted) output.system(`A task that continues this one will begin anew: ${error.message}`);
  });
}

async function prepare({ api, ...context }: AttemptContext, request: Work, output: OutputLog) {
  const { grant, work, folder } = request;
  const results = grant.has_dependencies ? await api.listDependencies(grant, { signal: work, retry: AWAY }) : [];
  await fillAttemptFolder(folder, grant, results);
  const { folder: runnerFolder, environment: runnerEnvironment, allowed } = context;
  return openWorkspace({ grant, folder, runnerFolder, allowed, runnerEnvironment, output, signal: work });
}

function execute(context: AttemptContext, request: Work, { cwd }: OpenWorkspace, output: OutputLog) {
  const { server, environment: runnerEnvironment, killAfterMs } = context;
  const { agent, grant, clock, folder, traceparent, work: signal } = request;
  const self = attemptApi(server, grant.token);
  const limits = { killAfterMs, helloMs: HELLO_MS };
  return executed({
    agent,
    grant,
    traceparent,
    folder,
    cwd,
    server,
    self,
    clock,
    runnerEnvironment,
    ...limits,
    output,
    signal,
  });
}

async function executed({ agent, ...execution }: Execution): Promise<Outcome> {
  if (agent.kind === 'command') return runCommand({ agent, ...execution });
  // Loaded when it is needed first: a runner without such agents does without the protocol's 6 MiB.
  const { runAcp } = await import('./executors/acp/run-acp.ts');
  return runAcp({ agent, ...execution });
}

// Also a command that ended well after it was told to end did not do what it was asked for.
function interrupted(work: AbortSignal, outcome: Outcome): Outcome {
  if (!work.aborted) return outcome;
  const rest = { usage: outcome.usage, ...(outcome.session !== undefined && { session: outcome.session }) };
  return work.reason === 'timeout'
    ? { ok: false, code: 'attempt_timeout', message: 'The attempt took longer than it may.', retryable: true, ...rest }
    : { ok: false, code: 'cancelled', message: 'The task was cancelled.', retryable: false, ...rest };
}

async function withChanges(workspace: OpenWorkspace, { drop }: AttemptRequest, outcome: Outcome): Promise<Outcome> {
  try {
    const figures = await workspace.collect({ ok: outcome.ok, signal: drop });
    return { ...outcome, usage: { ...outcome.usage, ...figures } };
  } catch (error) {
    // A failure keeps its own reason.
    return outcome.ok ? failed(error, outcome.usage) : outcome;
  }
}

function failed(error: unknown, usage: Usage = {}): Outcome {
  const { code, message, retryable } = failureOf(error);
  return { ok: false, code, message, retryable, usage };
}

function reportOf(holder_id: string, outcome: Outcome): OutboxEntry['report'] {
  const { usage, session } = outcome;
  const rest = { usage, ...(session !== undefined && { session }) };
  if (outcome.ok) return { verb: 'complete', body: { holder_id, result: outcome.result, ...rest } };
  const error = { code: outcome.code.slice(0, 100), message: outcome.message.toWellFormed().slice(0, 10_000) };
  return { verb: 'fail', body: { holder_id, error, retryable: outcome.retryable, ...rest } };
}
