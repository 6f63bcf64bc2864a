import type { z } from 'zod';
import type { JsonValue } from '../../lib/schema.ts';
import type { completeAttempt, Grant } from '../../tasks/attempt-schema.ts';
import type { AgentConfig } from '../agents-schema.ts';
import type { AttemptApi } from '../attempt-api.ts';
import type { AttemptClock } from '../attempt-clock.ts';
import type { AttemptFolder } from '../attempt-folder.ts';
import type { OutputLog } from '../output/output-log.ts';

export type Usage = NonNullable<z.infer<typeof completeAttempt>['usage']>;

/** One attempt as an executor gets it: the folder is filled, the workspace is ready. */
export type Execution<Agent extends AgentConfig = AgentConfig> = {
  agent: Agent;
  grant: Grant;
  /** Of what the agent does, for its own traces; null when nobody traces. */
  traceparent: string | null;
  folder: AttemptFolder;
  /** The workspace. */
  cwd: string;
  /** Base URL of the server, for what the agent itself asks of it. */
  server: string;
  /** What the attempt may ask of the server with its own token. */
  self: AttemptApi;
  /** Stands still while the attempt waits for a person. */
  clock: Pick<AttemptClock, 'pause' | 'resume'>;
  /** The environment of the runner; an agent sees only what its configuration allows. */
  runnerEnvironment: NodeJS.ProcessEnv;
  output: OutputLog;
  /** Ends the work; the executor answers when nothing of it is left running. */
  signal: AbortSignal;
  /** Milliseconds within which an agent that speaks a protocol must say hello. */
  helloMs: number;
  /** Milliseconds between asking the work to end and ending it. */
  killAfterMs: number;
};

export type Outcome = (
  | { ok: true; result: JsonValue; usage: Usage }
  | { ok: false; code: string; message: string; retryable: boolean; usage: Usage }
) & {
  /** What a task that continues this one needs. */
  session?: JsonValue;
};

/**
 * Does one attempt with an agent of its kind. Answers for whatever the agent does, also after `signal`. Throws
 * AttemptFailure when the agent could not be started, and HandBack when it cannot do any work now.
 */
export type Executor<Agent extends AgentConfig> = (execution: Execution<Agent>) => Promise<Outcome>;
