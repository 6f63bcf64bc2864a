import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { PermissionRules } from '../../../projects/schema.ts';
import { decidePermission } from './decide-permission.ts';

/** A workspace with src/, and a link `out` that leads outside of it. */
async function workspace(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-rules-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'workspace', 'src'), { recursive: true });
  await writeFile(join(folder, 'secret'), '');
  await symlink(folder, join(folder, 'workspace', 'out'));
  return join(folder, 'workspace');
}

const RULES: PermissionRules = [
  { action: 'deny', tool: '*', path: '**/*.key' },
  { action: 'allow', tool: 'edit', path: 'src/**' },
  { action: 'allow', tool: 'read' },
  { action: 'ask', tool: 'execute' },
  { action: 'allow', tool: '*', path: 'docs/**' },
];

test.each([
  ['edit', ['src/a.ts'], 'allow'],
  ['edit', ['src/new/folder/a.ts'], 'allow'],
  ['edit', ['src/.hidden'], 'allow'],
  ['edit', ['src/a.ts', 'README.md'], 'ask'],
  ['edit', ['src/my.key'], 'deny'],
  ['read', ['my.key'], 'deny'],
  ['read', ['anything'], 'allow'],
  ['read', [], 'allow'],
  ['edit', [], 'ask'],
  ['execute', ['docs/a'], 'ask'],
  ['move', ['docs/a'], 'allow'],
  ['edit', ['src/../README.md'], 'ask'],
  ['edit', ['out/workspace/src/a.ts'], 'allow'],
  ['edit', ['out/secret'], 'ask'],
  ['edit', ['src/../../secret'], 'ask'],
])('%s of %j is %s: the first rule that fits decides', async (kind, paths, expected) => {
  const cwd = await workspace();
  expect(await decidePermission(RULES, { kind, paths: paths.map((path) => join(cwd, path)) }, cwd)).toBe(expected);
});

test('a path that is relative is taken from the workspace; without rules a person is asked', async () => {
  const cwd = await workspace();
  expect(await decidePermission(RULES, { kind: 'edit', paths: ['src/a.ts'] }, cwd)).toBe('allow');
  expect(await decidePermission([], { kind: 'read', paths: ['a'] }, cwd)).toBe('ask');
});
