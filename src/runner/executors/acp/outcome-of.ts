import { RequestError } from '@agentclientprotocol/sdk';
import type { AcpAgent } from '../../agents-schema.ts';
import { AttemptFailure } from '../../attempt-failure.ts';
import { HandBack } from '../../hand-back-error.ts';
import type { RunningCommand } from '../../processes/spawn-command.ts';
import type { Execution, Outcome, Usage } from '../executor.ts';
import { findLimit, findLimitInMessage } from '../limits/find-limit.ts';
import type { Progress } from './converse.ts';
import { canResume } from './open-session.ts';
import { sessionResult } from './session-result.ts';
import type { SessionTranscript } from './session-transcript.ts';
import { asksForSignIn, saysSignedOut, signInAdvice } from './sign-in.ts';
import { tokensOf } from './tokens-of.ts';

/** All that is known when the agent is gone. */
export type End = Progress & {
  /** What broke the conversation off. */
  error: unknown;
  /** The agent went by itself before it was over. */
  isExited: boolean;
  exit: Awaited<RunningCommand['exited']>;
  /** Of its standard error. */
  lastLines: string;
  transcript: SessionTranscript;
};

type Failure = { code: string; message: string; retryable: boolean };

const STOPPED: Record<string, Failure> = {
  max_tokens: { code: 'max_tokens', message: 'The agent ran out of tokens.', retryable: false },
  max_turn_requests: { code: 'max_turn_requests', message: 'The agent asked its model too often.', retryable: false },
  refusal: { code: 'refusal', message: 'The agent refused to go on.', retryable: false },
  cancelled: { code: 'cancelled', message: 'The turn was cancelled.', retryable: false },
};

/**
 * What became of an attempt. Throws HandBack when the agent could not work at all: it is not signed in, or the limit of
 * its account is reached.
 */
export async function outcomeOf(execution: Execution<AcpAgent>, end: End, figures: Usage): Promise<Outcome> {
  const usage = { ...figures, exit_code: end.exit.code, ...tokensOf(end) };
  const session = sessionOf(execution, end);
  requireAble(execution, end);
  const failure = failureOf(end);
  if (failure) return { ok: false, ...failure, usage, ...session };
  try {
    const said = { message: end.transcript.lastMessage, stop_reason: end.turns.at(-1)!.stopReason };
    return { ok: true, result: await sessionResult(execution, said), usage, ...session };
  } catch (error) {
    if (!(error instanceof AttemptFailure)) throw error;
    return { ok: false, ...failureFrom(error), usage, ...session };
  }
}

const failureFrom = ({ code, message, retryable }: AttemptFailure): Failure => ({ code, message, retryable });

function failureOf({ error, isExited, exit, lastLines, session, turns }: End): Failure | undefined {
  const last = turns.at(-1);
  if (error instanceof AttemptFailure) return failureFrom(error);
  if (isExited) {
    const how = exit.code === null ? `was ended by ${exit.signal}` : `ended with exit code ${exit.code}`;
    const when = session ? 'in the middle of its work' : 'before its session was open';
    const lines = lastLines && ` Its last lines on stderr:\n${lastLines}`;
    return { code: 'agent_exited', message: `The agent ${how} ${when}.${lines}`, retryable: session !== undefined };
  }
  if (error) return { code: 'agent_error', message: `The agent failed: ${textOf(error)}`, retryable: true };
  if (!last) return STOPPED.cancelled;
  if (last.stopReason === 'end_turn') return undefined;
  const unknown = { code: 'stopped', message: `The turn ended with ${last.stopReason}.`, retryable: false };
  return STOPPED[last.stopReason] ?? unknown;
}

function requireAble(
  { agent, signal }: Execution<AcpAgent>,
  { error, lastLines, about, transcript, ...end }: End,
): void {
  // What was cancelled or lost is over, whatever the agent says to that.
  if (signal.aborted) return;
  const message = transcript.lastMessage;
  if (asksForSignIn(error) || saysSignedOut(message))
    throw new HandBack({ kind: 'signed_out', sentence: signInAdvice(agent, about?.authMethods ?? []) });
  const now = new Date();
  const failed = error !== undefined || end.isExited;
  const limit =
    (error instanceof RequestError && findLimit(textOf(error), now)) ||
    (failed && findLimit(lastLines.slice(-2_000), now)) ||
    findLimitInMessage(message, now);
  if (limit) throw new HandBack({ kind: 'limit_reached', ...limit });
}

function textOf(error: unknown): string {
  const { message } = error as Error;
  const data = error instanceof RequestError && error.data !== undefined ? JSON.stringify(error.data) : '';
  return `${message}${data && ` ${data}`}`.slice(0, 2_000);
}

function sessionOf({ agent, cwd }: Execution<AcpAgent>, { about, session }: End): Pick<Outcome, 'session'> {
  if (!about || !session || !canResume(about)) return {};
  return { session: { kind: 'acp', agent: agent.name, id: session.id, cwd } };
}
