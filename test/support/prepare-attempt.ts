import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { AgentConfig, CommandAgent } from '../../src/runner/agents-schema.ts';
import { attemptApi } from '../../src/runner/attempt-api.ts';
import { AttemptClock } from '../../src/runner/attempt-clock.ts';
import { attemptFolder, fillAttemptFolder } from '../../src/runner/attempt-folder.ts';
import { runAcp } from '../../src/runner/executors/acp/run-acp.ts';
import { runCommand } from '../../src/runner/executors/command.ts';
import type { Execution, Outcome } from '../../src/runner/executors/executor.ts';
import { type LogEntry, OutputLog } from '../../src/runner/output/output-log.ts';
import type { Grant } from '../../src/tasks/attempt-schema.ts';

export type PrepareOptions = { grant?: Partial<Grant>; execution?: Partial<Omit<Execution, 'agent'>> };

const NOTHING = { needs: {}, result_schema: null, permission_rules: [], continues: null, has_dependencies: false };

/** An agent that runs `script` by `sh -c`. */
export const shellAgent = (script: string, more: Partial<CommandAgent> = {}): CommandAgent => ({
  name: 'shell',
  kind: 'command',
  command: ['sh', '-c', script],
  prompt: 'stdin',
  capabilities: [],
  models: [],
  labels: {},
  max_concurrent: 1,
  env: {},
  pass_env: [],
  retry_exit_codes: [75],
  ...more,
});

/** An attempt with an empty workspace below `runnerFolder`, ready to run, and what it prints. */
export async function prepareAttempt(
  runnerFolder: string,
  agent: AgentConfig,
  { grant, execution }: PrepareOptions = {},
) {
  const attempt = {
    task_id: randomUUID(),
    epoch: 3,
    token: 'wha_token',
    prompt: null,
    input: null,
    ...NOTHING,
    ...grant,
  } as Grant;
  const folder = attemptFolder(runnerFolder, attempt);
  await fillAttemptFolder(folder, attempt, []);
  await mkdir(folder.workspace);
  const entries: LogEntry[] = [];
  const output = new OutputLog({ send: async (batch) => void entries.push(...batch) });
  const stop = new AbortController();
  const run = async (): Promise<Outcome> => {
    const common = {
      grant: attempt,
      traceparent: null,
      folder,
      cwd: folder.workspace,
      server: 'http://server',
      self: attemptApi(execution?.server ?? 'http://server', attempt.token),
      clock: new AttemptClock(Infinity, () => {}),
      runnerEnvironment: process.env,
      output,
      signal: stop.signal,
      killAfterMs: 10_000,
      helloMs: 30_000,
      ...execution,
    };
    const outcome = await (agent.kind === 'acp' ? runAcp({ ...common, agent }) : runCommand({ ...common, agent }));
    entries.push(...(await output.close(0)));
    return outcome;
  };
  const printed = (stream: LogEntry['stream']) => textOf(entries, stream);
  const events = () => entries.filter(({ stream }) => stream === 'transcript').map(({ text }) => JSON.parse(text));
  return { run, stop, folder, printed, events };
}

const textOf = (entries: LogEntry[], stream: LogEntry['stream']): string =>
  entries
    .filter((entry) => entry.stream === stream)
    .map(({ text }) => text)
    .join('');
