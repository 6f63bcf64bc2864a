import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { requireOwnFolder } from './own-folder.ts';

test('a folder of another account is refused; of our own, of root and none at all is fine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-owner-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const isRoot = process.getuid?.() === 0;
  const uid = isRoot ? 4242 : process.getuid!();
  if (isRoot) await chown(folder, uid, uid);
  await expect(requireOwnFolder(folder, uid + 1)).rejects.toThrow(`${folder} belongs to another account (uid ${uid})`);
  for (const [path, mine] of [
    [folder, uid],
    [folder, 0],
    ['/', uid],
    [join(folder, 'absent'), uid],
  ] as const)
    await requireOwnFolder(path, mine);
});
