import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { textFiles } from './text-files.ts';

async function prepared() {
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const root = join(folder, 'workspace');
  await mkdir(join(root, 'src'), { recursive: true });
  await writeFile(join(folder, 'secret'), 'secret');
  const refused: string[] = [];
  const files = textFiles({ read: [root], write: [root] }, (what, path) => refused.push(`${what} ${path}`));
  return { folder, root, files, refused };
}

test('a file is read whole or by lines, and written with the folders that it needs', async () => {
  const { root, files } = await prepared();
  await files.write(join(root, 'a/b/c.txt'), 'one\ntwo\nthree\n');
  await files.write(join(root, 'a/b/d.txt'), 'long text');
  await files.write(join(root, 'a/b/d.txt'), 'short');
  expect(await files.read(join(root, 'a/b/c.txt'), {})).toBe('one\ntwo\nthree\n');
  expect(await files.read(join(root, 'a/b/c.txt'), { line: 2, limit: 1 })).toBe('two');
  expect(await files.read(join(root, 'a/b/d.txt'), {})).toBe('short');
  await expect(files.read(join(root, 'nothing'), {})).rejects.toMatchObject({ code: -32002 });
});

test('a path that leads outside is refused, whichever way it leads there [K3]', async () => {
  const { folder, root, files, refused } = await prepared();
  await symlink(join(folder, 'secret'), join(root, 'link'));
  await symlink(folder, join(root, 'up'));
  await symlink(join(folder, 'not-there'), join(root, 'dangling'));
  const outside = ['/etc/passwd', `${root}/../secret`, `${root}/link`, `${root}/up/secret`, `${root}/up/new`, 'secret'];
  for (const path of [...outside, `${root}/dangling`, `${root}-beside`, `${root}/a\0b`]) {
    await expect(files.read(path, {})).rejects.toMatchObject({ code: -32602 });
    await expect(files.write(path, 'x')).rejects.toMatchObject({ code: -32602 });
  }
  expect(refused).toHaveLength(18);
  expect(await readFile(join(folder, 'secret'), 'utf8')).toBe('secret');
  expect(existsSync(join(folder, 'new')) || existsSync(join(folder, 'not-there'))).toBe(false);
});

test('a link inside that stays inside is followed', async () => {
  const { root, files } = await prepared();
  await symlink('src', join(root, 'alias'));
  await files.write(join(root, 'alias/a.txt'), 'x');
  expect(await readFile(join(root, 'src/a.txt'), 'utf8')).toBe('x');
});

test('what is not a regular file is neither read nor waited for, and nothing over 10 MiB is taken', async () => {
  const { root, files } = await prepared();
  await promisify(execFile)('mkfifo', [join(root, 'pipe')]);
  await expect(files.read(join(root, 'pipe'), {})).rejects.toThrow('is not a regular file');
  await expect(files.write(join(root, 'pipe'), 'x')).rejects.toThrow('cannot be opened');
  await expect(files.read(join(root, 'src'), {})).rejects.toThrow('is not a regular file');
  await expect(files.write(join(root, 'big'), 'x'.repeat(10_485_761))).rejects.toThrow('over 10485760 bytes');
});

test('a folder that is swapped for a link again and again lets nothing of outside be read or changed [K3]', async () => {
  const { folder, root, files } = await prepared();
  await mkdir(join(folder, 'target'));
  await writeFile(join(folder, 'target', 'file'), 'secret');
  await writeFile(join(root, 'src', 'file'), 'mine');
  let done = false;
  // A write may make the folder anew while it is away: then a step fails, and the next round goes on.
  const steps = [
    () => rename(join(root, 'src'), join(root, 'aside')),
    () => symlink(join(folder, 'target'), join(root, 'src')),
    () => rm(join(root, 'src'), { recursive: true, force: true }),
    () => rename(join(root, 'aside'), join(root, 'src')),
  ];
  const swapping = (async () => {
    while (!done) for (const step of steps) await step().catch(() => {});
  })();
  for (let i = 0; i < 300; i++) {
    const text = await files.read(join(root, 'src', 'file'), {}).catch(() => 'refused');
    expect(text).not.toBe('secret');
    await files.write(join(root, 'src', 'file'), 'mine').catch(() => {});
  }
  done = true;
  await swapping;
  expect(await readFile(join(folder, 'target', 'file'), 'utf8')).toBe('secret');
});
