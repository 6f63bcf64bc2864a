import { join, resolve } from 'node:path';
import type { AgentDeclaration } from '../agents/schema.ts';
import type { Log } from '../lib/log.ts';
import { NO_TRACING } from '../telemetry/no-tracing.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { AgentRoster } from './agent-roster.ts';
import { readAgentsFile } from './agents-file.ts';
import type { AgentConfig } from './agents-schema.ts';
import { runnerApi } from './api.ts';
import { attemptFolder } from './attempt-folder.ts';
import { clearAttemptFolder } from './clear-attempt-folder.ts';
import { obtainCredential, rotateIfOld } from './credentials.ts';
import { lockFolder } from './lock-folder.ts';
import { Outbox } from './outbox/outbox.ts';
import { recover } from './recover.ts';
import { Runner } from './runner.ts';
import type { RunnerEnd } from './runner-parts.ts';
import { UnableAgents } from './unable-agents.ts';

export type RunnerOptions = {
  /** Base URL of the server. */
  server: string;
  /** The runner's folder: credential, outbox, workspaces, mirrors. Only one runner may use it. */
  folder: string;
  /** Default: agents.yaml in the folder. */
  agentsFile?: string | undefined;
  /** Enrolment token, needed the first time. */
  token?: string | undefined;
  /** How lists call the runner, heeded when it enrols; default: the host's name. */
  name?: string | undefined;
  log: Log;
  /** Default: off. */
  tracing?: Tracing | undefined;
  /** Ends the wait for the server at the first start, when no runner is there yet to stop. */
  signal?: AbortSignal | undefined;
  /** The environment that agents may see parts of; default: that of this process. */
  environment?: NodeJS.ProcessEnv;
  /** Milliseconds that running work has to end by itself after stop(). Default 30,000. */
  drainMs?: number;
  /** Milliseconds between asking a command to end and ending it. Default 10,000. */
  killAfterMs?: number;
  /** Milliseconds after the end of a lease in which nobody else gets the work. Default 2,500, as on the server. */
  leaseGraceMs?: number;
  /** Milliseconds between two looks whether the agents can be started. Default 30,000. */
  recheckMs?: number;
};

export type StartedRunner = {
  runner_id: string;
  /** What it offers, and why an agent cannot be started now. */
  agents: AgentDeclaration[];
  /** Resolves when the first session is open; never when the runner ends before. */
  online: Promise<void>;
  /** Drains and ends; a second call hands all work back at once. Resolves like `done`. */
  stop(): Promise<RunnerEnd>;
  /** Settles when the runner has ended, for whatever reason; never rejects. */
  done: Promise<RunnerEnd>;
};

const DAY_MS = 86_400_000;

/**
 * Starts a runner in this process. Resolves when it has its folder, its agents and its credential, for which the server
 * must answer the first time only; after that it waits for the server as long as it takes. Refuses (RunnerError): the
 * folder is in use, agents.yaml has a mistake, there is no credential and no token.
 */
export async function startRunner(options: RunnerOptions): Promise<StartedRunner> {
  const folder = resolve(options.folder);
  const unlock = await lockFolder(folder);
  try {
    const { runner, stopRenewing, ...about } = await open({ ...options, folder });
    const done = runner.done.finally(async () => {
      stopRenewing();
      await unlock();
    });
    const stop = () => runner.stop().then(() => done);
    return { ...about, online: runner.online, stop, done };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function open(options: RunnerOptions) {
  const { server, folder, log, tracing = NO_TRACING, environment = process.env } = options;
  const { drainMs = 30_000, killAfterMs = 10_000, leaseGraceMs = 2_500, recheckMs = 30_000 } = options;
  const allowed = await readAgentsFile(options.agentsFile ?? join(folder, 'agents.yaml'));
  const unable = new UnableAgents({ recheckMs, isAble: (agent) => isAble(agent, environment), log });
  const roster = new AgentRoster(allowed.agents, environment, unable);
  await roster.check();
  await recover(folder, environment, log);
  let credential = await obtainCredential(options);
  const api = runnerApi(server, () => credential.credential);
  const outbox = new Outbox({ folder, api, log, onSettled: (ref) => clearAttemptFolder(attemptFolder(folder, ref)) });
  const limits = { drainMs, killAfterMs, leaseGraceMs, recheckMs };
  const runner = new Runner({ api, server, folder, allowed, environment, roster, outbox, log, tracing, ...limits });
  const stopRenewing = renewDaily(runner, log, async () => {
    credential = await rotateIfOld(folder, credential, api);
  });
  return { runner_id: credential.runner_id, agents: roster.declarations, runner, stopRenewing };
}

// A failure costs nothing: the credential does not expire, and tomorrow is another day.
function renewDaily(runner: Runner, log: Log, renew: () => Promise<void>): () => void {
  const tryToRenew = () => renew().catch((error) => log.warn({ err: error }, 'The credential could not be renewed'));
  const timer = setInterval(tryToRenew, DAY_MS).unref();
  void runner.online.then(tryToRenew);
  return () => clearInterval(timer);
}

/** Loaded when an agent was handed back for that: most never are. */
async function isAble(agent: AgentConfig, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const { isSignedIn } = await import('./executors/acp/is-signed-in.ts');
  return isSignedIn(agent, environment);
}
