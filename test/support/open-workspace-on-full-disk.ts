// Opens a git workspace of the repository in argv[2] with a runner's folder (argv[3], empty) that has room for 1 MiB only,
// and prints the failure. Runs in a mount namespace of its own: `unshare --mount [--map-root-user] node open-workspace-on-full-disk.ts`.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { attemptFolder, fillAttemptFolder } from '../../src/runner/attempt-folder.ts';
import { failureOf } from '../../src/runner/failure-of.ts';
import { OutputLog } from '../../src/runner/output/output-log.ts';
import { openWorkspace } from '../../src/runner/workspace/open-workspace.ts';

const [repository = '', runnerFolder = ''] = process.argv.slice(2);
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', runnerFolder]);
const workspace = { kind: 'git', repository, ref: 'HEAD', push: false, keep_on_failure: false } as const;
const grant = { task_id: randomUUID(), epoch: 1, workspace, prompt: null, input: null, continues: null };
const folder = attemptFolder(runnerFolder, grant);
await fillAttemptFolder(folder, grant, []);
const { code, retryable, message } = await openWorkspace({
  grant,
  folder,
  runnerFolder,
  allowed: { directories: [dirname(repository)], repositories: undefined },
  runnerEnvironment: process.env,
  output: new OutputLog({ send: async () => {} }),
  signal: new AbortController().signal,
}).then(() => ({ code: 'it had room', retryable: false, message: '' }), failureOf);
process.stdout.write(JSON.stringify({ code, retryable, message }));
