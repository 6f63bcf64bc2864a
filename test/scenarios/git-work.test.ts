import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeRepository } from '../support/git-repository.ts';
import { runningRunner } from '../support/running-runner.ts';
import { runningServer } from '../support/running-server.ts';

const EDIT = `set -e
echo changed >> README.md
git commit -qam "Change the README"
printf '{"commit":"%s"}' "$(git rev-parse HEAD)" > "$WHOOSH_RESULT_FILE"`;

async function repository() {
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-repository-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return makeRepository(join(folder, 'r'));
}

test('a command on a runner changes a real repository on a branch of its own, and the patch is kept', async () => {
  const server = await runningServer({ WHOOSH_LOCAL_RUNNER: 'off' });
  await runningRunner(server, 'laptop');
  const { path, git } = await repository();
  const { client } = server;
  const workspace = { kind: 'git', repository: path, ref: 'main', push: true } as const;
  const { id } = await client.submitTask({
    title: 'Change it',
    prompt: EDIT,
    needs: { capabilities: ['shell'] },
    workspace,
  });
  const task = await client.waitTask(id);
  expect(task).toMatchObject({ state: 'succeeded', attempts: 1, error: null });
  const { commit } = task.result as { commit: string };
  const branches = (await git('branch', '--list', 'whoosh/*', '--format=%(objectname)')).split('\n');
  expect(branches).toEqual([commit]);
  expect(await git('show', `${commit}:README.md`)).toBe('hello\nchanged');
  expect(await git('status', '--porcelain')).toBe('');
  const names = (await client.listArtifacts(id)).map(({ name }) => name);
  expect(names).toEqual(['changes.patch', 'commits.json']);
});

test('a task that needs others finds their results, and runs after them', async () => {
  const server = await runningServer({ WHOOSH_LOCAL_RUNNER: 'off' });
  await runningRunner(server, 'laptop');
  const needs = { capabilities: ['shell'] };
  const number = (n: number) => ({ ref: `n${n}`, title: `${n}`, prompt: `echo ${n} > "$WHOOSH_RESULT_FILE"`, needs });
  const { items } = await server.client.submitBatch({
    tasks: [
      number(2),
      number(3),
      {
        title: 'read both',
        prompt: 'cat "$WHOOSH_DEPENDENCIES_FILE" > "$WHOOSH_RESULT_FILE"',
        needs,
        depends_on: [{ task: 'n2', name: 'two' }, { task: 'n3' }],
      },
    ],
  });
  const last = await server.client.waitTask(items[2]!.id);
  expect(last.result).toEqual([
    { task_id: items[1]!.id, name: 'n3', state: 'succeeded', result: 3 },
    { task_id: items[0]!.id, name: 'two', state: 'succeeded', result: 2 },
  ]);
});

test.for([
  ['a repository that does not exist', { repository: join(tmpdir(), 'no-such-repository') }, 'repository_not_found'],
  ['a ref that does not exist', { ref: 'no-such-branch' }, 'ref_not_found'],
] as const)('%s fails the task at once, and says so', async ([, change, code]) => {
  const server = await runningServer({ WHOOSH_LOCAL_RUNNER: 'off' });
  await runningRunner(server, 'laptop');
  const { path } = await repository();
  const workspace = { kind: 'git', repository: path, ...change } as const;
  const { id } = await server.client.submitTask({
    title: 'x',
    prompt: 'true',
    needs: { capabilities: ['shell'] },
    workspace,
  });
  const task = await server.client.waitTask(id);
  expect(task).toMatchObject({ state: 'failed', reason: 'error', attempts: 1, error: { code } });
});
