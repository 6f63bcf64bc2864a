import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../../test/support/until.ts';
import { createLog } from '../lib/log.ts';
import { processStart } from '../lib/process-start.ts';
import { attemptFolder, fillAttemptFolder } from './attempt-folder.ts';
import { recover } from './recover.ts';

const run = promisify(execFile);
const log = createLog('silent', false);

async function runnerFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-recover-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const attempt = async () => {
    const left = attemptFolder(folder, { task_id: randomUUID(), epoch: 1 });
    await fillAttemptFolder(left, { prompt: 'x', input: null }, []);
    await mkdir(left.workspace);
    return left;
  };
  return { folder, attempt };
}

function leftRunning(env: NodeJS.ProcessEnv) {
  const child = spawn('sleep', ['600'], { env: { ...process.env, ...env }, detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test('what a killed runner left is ended and removed: by the recorded process, and by the mark of the attempt', async () => {
  const { folder, attempt } = await runnerFolder();
  const [recorded, marked, stranger] = [await attempt(), await attempt(), await attempt()];
  const [first, second, third] = [leftRunning({}), leftRunning({ WHOOSH_ATTEMPT: marked.id }), leftRunning({})];
  await writeFile(recorded.processFile, JSON.stringify({ pid: first.pid, start: await processStart(first.pid!) }));
  // The pid was given to somebody else since.
  await writeFile(stranger.processFile, JSON.stringify({ pid: third.pid, start: 'another boot:1' }));
  await recover(folder, process.env, log);
  await until(() => first.signalCode === 'SIGKILL' && second.signalCode === 'SIGKILL');
  expect(await processStart(third.pid!)).toBeTruthy();
  expect(await readdir(join(folder, 'attempts'))).toEqual([]);
});

test('kept worktrees stay, and so does what a report in the outbox still needs', async () => {
  const { folder, attempt } = await runnerFolder();
  const [kept, waiting] = [await attempt(), await attempt()];
  await writeFile(kept.keptFile, '');
  await mkdir(join(folder, 'outbox'));
  await writeFile(
    join(folder, 'outbox', `${waiting.id}.json`),
    JSON.stringify({ task_id: waiting.id.slice(0, 36), epoch: 1 }),
  );
  await recover(folder, process.env, log);
  expect((await readdir(join(folder, 'attempts'))).sort()).toEqual([kept.id, waiting.id].sort());
  expect((await readdir(kept.path)).sort()).toEqual(['kept', 'workspace']);
  expect(await readFile(waiting.promptFile, 'utf8')).toBe('x');
});

test('mirrors lose the locks of a killed git, worktrees that are gone and branches that nobody uses', async () => {
  const { folder } = await runnerFolder();
  const mirror = join(folder, 'mirrors', 'project.git');
  const git = async (...args: string[]) =>
    (await run('git', ['-C', mirror, '-c', 'user.name=a', '-c', 'user.email=a', ...args])).stdout.trim();
  await run('git', ['init', '--quiet', '--bare', mirror]);
  const tree = await git('hash-object', '-t', 'tree', '-w', '/dev/null');
  const commit = await git('commit-tree', tree, '-m', 'x');
  for (const name of ['gone', 'kept']) {
    await git('worktree', 'add', '--quiet', '-b', `whoosh/${name}-1`, join(folder, name), commit);
  }
  await rm(join(folder, 'gone'), { recursive: true });
  for (const path of ['packed-refs.lock', 'refs/heads/whoosh/x.lock']) await writeFile(join(mirror, path), '');
  await recover(folder, process.env, log);
  expect(await git('for-each-ref', '--format=%(refname:short)')).toBe('whoosh/kept-1');
  expect((await git('worktree', 'list')).split('\n')).toHaveLength(2);
  await git('update-ref', 'refs/heads/whoosh/x', commit);
});
