import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Started, start, WHOOSH } from '../process.ts';

const AGENTS = new URL('./agents/', import.meta.url).pathname;
const run = promisify(execFile);

/** Short leases, so that the example shows in seconds what takes a minute with the defaults. */
const LEASES = { LEASE_TTL_MS: '4000', LEASE_GRACE_MS: '500', REAP_INTERVAL_MS: '500' };

/** Starts `whoosh serve` on the folder and waits for its address. */
export function startServer(dataDir: string, port: number): Promise<Started> {
  const own = {
    WHOOSH_DATA_DIR: dataDir,
    WHOOSH_PORT: String(port),
    WHOOSH_LOCAL_RUNNER: 'off',
    WHOOSH_LOG_LEVEL: 'error',
  };
  return start([WHOOSH, 'serve'], { ...LEASES, ...own });
}

/** Starts a runner with the three agents of the example in a process of its own. */
export async function startRunner(options: {
  name: string;
  folder: string;
  url: string;
  token: string;
  repositories: string;
}): Promise<ChildProcess> {
  const { name, folder, url, token, repositories } = options;
  await mkdir(folder, { recursive: true });
  const agents = join(folder, 'agents.yaml');
  await writeFile(agents, agentsFile(repositories));
  const args = [
    WHOOSH,
    'runner',
    '--server',
    url,
    '--token',
    token,
    '--name',
    name,
    '--folder',
    folder,
    '--agents',
    agents,
  ];
  return spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, WHOOSH_LOG_LEVEL: 'error' },
  });
}

function agentsFile(repositories: string): string {
  const agent = (name: string, slots: number) => `
  - name: ${name}
    kind: command
    command: ['${process.execPath}', '${AGENTS}${name}.mjs']
    capabilities: [${name}]
    max_concurrent: ${slots}`;
  return `directories: ['${repositories}']\nagents:${agent('edit', 2)}${agent('check', 1)}${agent('report', 1)}\n`;
}

/** A repository with one commit, into which the agents' branches are pushed. */
export async function makeRepository(folder: string): Promise<void> {
  const git = (...args: string[]) =>
    run('git', ['-C', folder, '-c', 'user.name=Example', '-c', 'user.email=example@localhost', ...args]);
  await mkdir(folder, { recursive: true });
  await git('init', '--quiet', '--initial-branch', 'main');
  await writeFile(join(folder, 'README.md'), '# The repository of the example\n');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'Begin');
}
