import { ProviderError } from '../../agents/push/provider-error.ts';
import { recordCallFailure } from '../../agents/push/record-call-failure.ts';
import { recordCallSuccess } from '../../agents/push/record-call-success.ts';
import { AppError } from '../../errors.ts';
import { cleanText } from '../../lib/clean-text.ts';
import { timeLimit } from '../../lib/time-limit.ts';
import { attemptTraceparent } from '../../telemetry/attempt-traceparent.ts';
import type { Grant } from '../attempt-schema.ts';
import type { TaskDesk } from '../desk.ts';
import { fullNeeds } from '../full-needs.ts';
import { listDependencyResults } from '../list-attempts.ts';
import type { Report } from '../report.ts';
import { suitableModels } from '../suitable-models.ts';
import { AttemptStopped } from './attempt-stopped.ts';
import { type Called, callEmbed, callModel, type ModelCalling } from './call-model.ts';
import { chatRequest } from './chat-request.ts';
import { FAILURE_MOVES } from './failure-moves.ts';
import type { RestingAgents } from './resting-agents.ts';
import type { TokenLog } from './token-log.ts';
import { untilStored } from './until-stored.ts';

/** What is to be reported; undefined when the lease is another's. */
export type End = Pick<Report, 'end' | 'result' | 'error' | 'usage' | 'schema_checked'> | undefined;

export type AttemptWork = {
  desk: TaskDesk;
  holder_id: string;
  grant: Grant;
  log: TokenLog;
  resting: RestingAgents;
  /** Ends the call; its reason is an AttemptStopped. */
  work: AbortSignal;
  /** The lease is another's: nothing more is stored. */
  drop: AbortSignal;
};

/** Starts an attempt of a model server, calls it, and answers what came of it. Never rejects. */
export async function doAttempt(attempt: AttemptWork): Promise<End> {
  const { desk, grant, work } = attempt;
  using limit = timeLimit(grant.attempt_timeout_ms ?? desk.context.config.modelTimeoutMs);
  try {
    const calling = await begin(attempt, AbortSignal.any([work, limit.signal]));
    const end = calling && toEnd(await call(attempt, calling));
    if (end?.usage) wentWell(attempt);
    return end;
  } catch (error) {
    if (work.aborted) return stopped(work.reason);
    return limit.signal.aborted ? stopped(new AttemptStopped('timeout')) : failed(attempt, error);
  }
}

/** Starts the attempt; undefined when the lease is lost already. */
async function begin({ desk, grant, holder_id, log, drop }: AttemptWork, signal: AbortSignal) {
  const { task_id, epoch, agent_id } = grant;
  const { config, control } = desk.context;
  const [started, endpoint] = await Promise.all([
    untilStored(() => desk.start({ task_id, epoch, holder_id, lease_ttl_ms: config.pushLeaseTtlMs }), drop),
    untilStored(() => desk.modelServers.endpoint(agent_id), drop),
  ]);
  if (!started) return undefined;
  desk.announce();
  const results = grant.has_dependencies ? await untilStored(() => listDependencyResults(control, task_id), drop) : [];
  const traceparent = attemptTraceparent(desk.context.tracing, grant);
  return {
    grant,
    endpoint: { ...endpoint, traceparent },
    provider: desk.modelServers.providers[endpoint.kind],
    log,
    signal,
    results,
  };
}

type Begun = ModelCalling & { results: Awaited<ReturnType<typeof listDependencyResults>> };

async function call({ desk, grant }: AttemptWork, { results, ...calling }: Begun): Promise<Called | End> {
  const agent = desk.roster.get(grant.agent_id);
  if (!agent) return { end: 'released' };
  // Those in memory come first.
  const model = suitableModels(agent, fullNeeds(grant))[0]?.name;
  if (model === undefined) throw new ProviderError('model_missing', `${agent.name} has no such model any more.`);
  if (grant.call?.embed) return callEmbed(calling, model, grant.call.embed);
  const request = chatRequest(grant, model, results);
  return request ? callModel(calling, request) : NO_PROMPT;
}

const NO_PROMPT: End = {
  end: 'failed',
  error: { code: 'no_prompt', message: 'The task has neither a prompt nor messages nor texts to embed.' },
};

function toEnd(called: Called | End): End {
  if (!called || 'end' in called) return called;
  if ('problem' in called) return { end: 'invalid', ...errorOf('invalid', called.problem), usage: called.usage };
  return { end: 'succeeded', ...called };
}

/** The model answered. */
function wentWell({ desk, grant: { agent_id }, resting }: AttemptWork): void {
  resting.forgive(agent_id);
  // Nearly always there is nothing to forget, and a statement a call would be wasted. What failed a moment ago the
  // roster does not know yet.
  const hasFailed = resting.failing.delete(agent_id);
  if (!hasFailed && desk.roster.get(agent_id)?.problem === null) return;
  recordCallSuccess(desk.context.db, agent_id).catch((error) => warn(desk, error, 'A success was not recorded'));
}

const stopped = ({ why }: AttemptStopped): End => STOPPED[why];

const STOPPED: Record<AttemptStopped['why'], End> = {
  lost: undefined,
  released: { end: 'released' },
  cancelled: { end: 'failed', error: { code: 'cancelled', message: 'The task was cancelled.' } },
  timeout: { end: 'retry', error: { code: 'attempt_timeout', message: 'The attempt took longer than it may.' } },
};

function failed(attempt: AttemptWork, error: unknown): End {
  if (error instanceof ProviderError) return callFailed(attempt, error);
  if (error instanceof AppError) return notCallable(attempt, error);
  attempt.desk.context.log.error({ err: error, agent_id: attempt.grant.agent_id }, 'The call of a model failed');
  return { end: 'retry', ...errorOf('internal', 'WHOOSH could not call the model; the log of its server says why.') };
}

/** The agent was removed, needs approval again, or its key cannot be opened: the next probe says so to everybody. */
function notCallable({ desk, grant, resting }: AttemptWork, error: AppError): End {
  resting.rest(grant.agent_id, null);
  warn(desk, error, 'A model server cannot be called');
  void desk.modelServers.prober.probe(grant.agent_id);
  return { end: 'released' };
}

function callFailed({ desk, grant: { agent_id }, resting, log }: AttemptWork, error: ProviderError): End {
  const { end, breaker, rest, probe } = FAILURE_MOVES[error.failure];
  const { metrics } = desk.context;
  const agent = metrics.agentLabel(desk.roster.get(agent_id)?.name ?? 'unknown');
  metrics.outbound_http_errors_total.inc({ agent, kind: error.failure });
  if (rest) resting.rest(agent_id, error.retryAfterMs);
  if (breaker) {
    resting.failing.add(agent_id);
    recordCallFailure(desk.context, agent_id, error.message).catch((cause) =>
      warn(desk, cause, 'A failed call was not counted'),
    );
  }
  if (probe) void desk.modelServers.prober.probe(agent_id);
  log.note(error.message);
  return end === 'released' ? { end } : { end, ...errorOf(error.failure, error.message) };
}

const errorOf = (code: string, message: string) => ({ error: { code, message: cleanText(message.slice(0, 10_000)) } });

const warn = (desk: TaskDesk, error: unknown, sentence: string): void =>
  desk.context.log.warn({ err: error }, sentence);
