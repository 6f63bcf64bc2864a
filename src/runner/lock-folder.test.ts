import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockFolder } from './lock-folder.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'whoosh-lock-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('a folder is made and taken; a second runner on it is refused with the pid of the first', async () => {
  const path = join(await folder(), 'deep', 'runner');
  const unlock = await lockFolder(path);
  await expect(lockFolder(path)).rejects.toThrow(`The runner with pid ${process.pid} uses the folder ${path} already`);
  await unlock();
  await (await lockFolder(path))();
  expect(await readdir(path)).toEqual([]);
});

test('what a killed runner left is taken over, also when its pid belongs to somebody else by now', async () => {
  const path = await folder();
  const child = spawn('true');
  await once(child, 'exit');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  const owners = [
    { pid: child.pid, started: 'x' },
    { pid: process.ppid, started: 'another boot' },
  ];
  for (const left of [...owners.map((owner) => JSON.stringify({ ...owner, namespace })), 'torn']) {
    await writeFile(join(path, 'runner.lock'), left);
    const unlock = await lockFolder(path);
    expect(JSON.parse(await readFile(join(path, 'runner.lock'), 'utf8')).pid).toBe(process.pid);
    await unlock();
  }
});

test('of many runners that start at once on a folder with a stale lock, one gets it', async () => {
  const path = await folder();
  await writeFile(join(path, 'runner.lock'), 'torn');
  const tries = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(path)));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('a folder that cannot be made is refused with the reason', async () => {
  const path = join(await folder(), 'file');
  await writeFile(path, '');
  await expect(lockFolder(join(path, 'runner'))).rejects.toThrow(/cannot be made: .*ENOTDIR/);
});
