import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Workspace } from '../../tasks/schema.ts';
import { attemptFolder, fillAttemptFolder } from '../attempt-folder.ts';
import { OutputLog } from '../output/output-log.ts';
import { openWorkspace } from './open-workspace.ts';

async function temporaryFolder(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'whoosh-workspace-')));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function opener(directories: string[] = []) {
  const runnerFolder = await temporaryFolder();
  return async (workspace: Workspace) => {
    const grant = { task_id: randomUUID(), epoch: 1, workspace, prompt: null, input: null, continues: null };
    const folder = attemptFolder(runnerFolder, grant);
    await fillAttemptFolder(folder, grant, []);
    const allowed = { directories, repositories: undefined };
    const output = new OutputLog({ send: async () => {} });
    const { signal } = new AbortController();
    return openWorkspace({ grant, folder, runnerFolder, allowed, runnerEnvironment: {}, output, signal });
  };
}

test('without a wish the workspace is an empty folder of its own, for nobody else to read', async () => {
  const open = await opener();
  const { cwd, collect, close } = await open({ kind: 'none' });
  expect(await readdir(cwd)).toEqual([]);
  expect((await stat(cwd)).mode & 0o777).toBe(0o700);
  await writeFile(join(cwd, 'left.txt'), 'x');
  expect(await collect({ ok: true, signal: new AbortController().signal })).toEqual({});
  await close({ ok: true });
  await expect(stat(cwd)).rejects.toThrow('ENOENT');
});

test('a folder that agents.yaml allows is used where it lies, and left as it is', async () => {
  const root = await temporaryFolder();
  await mkdir(join(root, 'project'));
  await symlink('project', join(root, 'link'));
  const open = await opener([root]);
  for (const path of [root, join(root, 'project'), join(root, 'link'), join(root, 'project/../project')]) {
    const { cwd, close } = await open({ kind: 'directory', path });
    expect(cwd).toBe(path === root ? root : join(root, 'project'));
    await close({ ok: true });
    expect(await readdir(root)).toEqual(['link', 'project']);
  }
});

test('a folder outside, or reached by a link that leads outside, is refused whether it exists or not', async () => {
  const [root, outside] = [await temporaryFolder(), await temporaryFolder()];
  await symlink(outside, join(root, 'escape'));
  const open = await opener([root]);
  const paths = [
    outside,
    join(outside, 'absent'),
    join(root, 'escape'),
    join(root, '..'),
    `${root}-not`,
    'relative',
    '/',
  ];
  for (const path of paths) {
    await expect(open({ kind: 'directory', path })).rejects.toMatchObject({
      code: 'directory_not_allowed',
      retryable: false,
    });
  }
});

test('a folder that does not exist is refused as such', async () => {
  const root = await temporaryFolder();
  await writeFile(join(root, 'file'), '');
  const open = await opener([root]);
  for (const path of [join(root, 'absent'), join(root, 'file')]) {
    await expect(open({ kind: 'directory', path })).rejects.toMatchObject({ code: 'directory_not_found' });
  }
});
