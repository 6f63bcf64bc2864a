import { agentEnvironment } from '../environment.ts';
import type { Execution } from './executor.ts';

/** The variable that marks every process of an attempt, however far it wandered. Its value is the attempt's folder id. */
export const ATTEMPT_VARIABLE = 'WHOOSH_ATTEMPT';

/** The whole environment of a command: what its agent may have, and the WHOOSH_ variables. */
export function commandEnvironment(execution: Execution): Record<string, string> & { PATH: string } {
  const { agent, grant, folder, cwd, server, traceparent, runnerEnvironment } = execution;
  return {
    ...agentEnvironment(agent, runnerEnvironment),
    // In an empty workspace git would otherwise find the repository that the runner's folder happens to lie in.
    GIT_CEILING_DIRECTORIES: folder.path,
    // By the name that OpenTelemetry gives it; tracing commands and SDKs go on from there.
    ...(traceparent !== null && { TRACEPARENT: traceparent }),
    WHOOSH_URL: server,
    WHOOSH_TOKEN: grant.token,
    WHOOSH_TASK_ID: grant.task_id,
    WHOOSH_EPOCH: String(grant.epoch),
    [ATTEMPT_VARIABLE]: folder.id,
    WHOOSH_WORKSPACE: cwd,
    WHOOSH_PROMPT_FILE: folder.promptFile,
    WHOOSH_INPUT_FILE: folder.inputFile,
    WHOOSH_DEPENDENCIES_FILE: folder.dependenciesFile,
    WHOOSH_RESULT_FILE: folder.resultFile,
    WHOOSH_ARTIFACTS_DIR: folder.artifacts,
  };
}
