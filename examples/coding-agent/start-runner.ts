import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WHOOSH } from '../process.ts';

/** What the agent may do without asking: read, search and run the tests. To edit a file it asks. */
const RULES = '[{ action: allow, tool: read }, { action: allow, tool: search }, { action: allow, tool: execute }]';

/** No statistics, no updates: nothing leaves this machine. */
const SETTINGS = {
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
  general: { enableAutoUpdate: false, disableAutoUpdate: true, disableUpdateNag: true },
};

type RunnerStart = {
  url: string;
  token: string;
  folder: string;
  repository: string;
  /** Of the agent. */
  program: string;
  /** Base URL of the model. */
  model: string;
};

/** Starts a runner that offers the coding agent, with a home of the agent's own. */
export async function startRunner({ url, token, folder, ...agent }: RunnerStart): Promise<ChildProcess> {
  const home = join(folder, 'home');
  await mkdir(join(home, '.qwen'), { recursive: true });
  await writeFile(join(home, '.qwen', 'settings.json'), JSON.stringify(SETTINGS));
  await writeFile(join(folder, 'agents.yaml'), agentsFile(home, agent));
  const args = ['runner', '--server', url, '--token', token, '--name', 'laptop', '--folder', folder];
  return spawn(process.execPath, [WHOOSH, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, WHOOSH_LOG_LEVEL: 'error' },
  });
}

const agentsFile = (home: string, { repository, program, model }: Omit<RunnerStart, 'url' | 'token' | 'folder'>) => `
directories: ['${repository}']
agents:
  - name: qwen
    kind: acp
    command: ['${process.execPath}', '${program}', '--acp']
    mode: default
    capabilities: [code]
    permissions: ${RULES}
    env: { HOME: '${home}', OPENAI_BASE_URL: '${model}', OPENAI_API_KEY: none, OPENAI_MODEL: scripted }
`;
