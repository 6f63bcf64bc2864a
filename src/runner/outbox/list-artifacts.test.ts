import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { attemptFolder, fillAttemptFolder } from '../attempt-folder.ts';
import { OutputLog } from '../output/output-log.ts';
import { listArtifacts } from './list-artifacts.ts';

async function attempt() {
  const root = await mkdtemp(join(tmpdir(), 'whoosh-artifacts-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const folder = attemptFolder(root, { task_id: randomUUID(), epoch: 1 });
  await fillAttemptFolder(folder, { prompt: null, input: null }, []);
  const output = new OutputLog({ send: async () => {}, flushMs: 60_000 });
  const list = async () => {
    const files = await listArtifacts(folder, output);
    return { files, said: (await output.close(0)).map(({ text }) => text) };
  };
  return { root, folder, list };
}

test('the files that a command leaves are its artifacts, and those of the runner win over others of the same name', async () => {
  const { folder, list } = await attempt();
  for (const name of ['b.bin', 'a b.md', 'changes.patch']) await writeFile(join(folder.artifacts, name), name);
  await writeFile(join(folder.changes, 'changes.patch'), 'ours');
  const text = 'text/plain; charset=utf-8';
  expect(await list()).toEqual({
    files: [
      { name: 'a b.md', path: join(folder.artifacts, 'a b.md'), type: text },
      { name: 'b.bin', path: join(folder.artifacts, 'b.bin'), type: 'application/octet-stream' },
      { name: 'changes.patch', path: join(folder.changes, 'changes.patch'), type: text },
    ],
    said: [],
  });
});

test('what is no regular file, too large or oddly named is left out, and the log says so', async () => {
  const { folder, list } = await attempt();
  const at = (name: string) => join(folder.artifacts, name);
  await mkdir(at('folder'));
  await symlink('/etc/passwd', at('link'));
  execFileSync('mkfifo', [at('pipe')]);
  await writeFile(at('large'), '');
  await truncate(at('large'), 104_857_601);
  await writeFile(at('odd\nname'), '');
  const { files, said } = await list();
  expect(files).toEqual([]);
  expect(said).toEqual([
    'The artifact "folder" is left out: it is a folder; pack it into one file.',
    'The artifact "large" is left out: it is over 100 MiB.',
    'The artifact "link" is left out: it is not a regular file.',
    'The artifact "odd\\nname" is left out: its name is too long or holds control characters.',
    'The artifact "pipe" is left out: it is not a regular file.',
  ]);
});

test('a link in place of the folder leads nowhere', async () => {
  const { root, folder, list } = await attempt();
  await writeFile(join(root, 'secret'), '');
  await rm(folder.artifacts, { recursive: true });
  await symlink(root, folder.artifacts);
  expect(await list()).toEqual({ files: [], said: [] });
});

test('over 200 files the rest is left out', async () => {
  const { folder, list } = await attempt();
  for (let n = 0; n < 201; n++) await writeFile(join(folder.artifacts, String(n).padStart(3, '0')), '');
  const { files, said } = await list();
  expect(files).toHaveLength(200);
  expect(said).toEqual(['The artifact "200" is left out: over 200 files.']);
});
