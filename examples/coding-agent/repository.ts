import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const FILES = {
  'package.json': '{ "name": "sum", "type": "module", "private": true }\n',
  'sum.js': 'export function sum(a, b) {\n  return a - b;\n}\n',
  'sum.test.js': `import assert from 'node:assert';
import { test } from 'node:test';
import { sum } from './sum.js';

test('two and two are four', () => assert.equal(sum(2, 2), 4));
`,
};

/** A repository with one commit and a test that fails. */
export async function makeRepository(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
  const identity = ['-c', 'user.name=Example', '-c', 'user.email=example@localhost'];
  const git = (...args: string[]) => run('git', ['-C', folder, ...identity, ...args]);
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'Begin');
}

/** Clones the repository and applies the patch to it, if there is one. */
export async function cloneWith(repository: string, clone: string, patch?: string): Promise<void> {
  await run('git', ['clone', '--quiet', repository, clone]);
  if (patch === undefined) return;
  await writeFile(join(clone, '..', 'changes.patch'), patch);
  await run('git', ['-C', clone, 'apply', '../changes.patch']);
}

/** Whether the tests in a folder pass. */
export const passes = (folder: string): Promise<boolean> =>
  run(process.execPath, ['--test'], { cwd: folder, env: { PATH: process.env.PATH } }).then(
    () => true,
    () => false,
  );
