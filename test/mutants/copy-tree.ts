import { cp, mkdtemp, symlink } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

/** What tests read. */
const PARTS = ['src', 'test', 'migrations', 'bin', 'scripts', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

/** Copies the tree in the current folder below `parent`; packages are linked. Answers the copy's folder. */
export async function copyTree(parent: string): Promise<string> {
  const copy = await mkdtemp(join(parent, 'copy-'));
  const filter = (source: string) => basename(source) !== 'node_modules';
  for (const part of PARTS) await cp(part, join(copy, part), { recursive: true, filter });
  await symlink(resolve('node_modules'), join(copy, 'node_modules'));
  return copy;
}
