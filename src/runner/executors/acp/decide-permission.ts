import { isAbsolute, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch';
import type { PermissionRules } from '../../../projects/schema.ts';
import { confinedPath } from './confined-path.ts';

/** What a rule says, or `ask` when none fits. */
export type Decision = PermissionRules[number]['action'];

/**
 * The action of the first rule that fits a request: of the same kind of tool, and, where the rule names a path, with at
 * least one path, all of them matched. Paths are taken with their links resolved and relative to the workspace; one that
 * leads outside of it matches no pattern.
 */
export async function decidePermission(
  rules: PermissionRules,
  request: { kind: string; paths: string[] },
  cwd: string,
): Promise<Decision> {
  const paths = await Promise.all(request.paths.map((path) => withinWorkspace(path, cwd)));
  return rules.find((rule) => fits(rule, request.kind, paths))?.action ?? 'ask';
}

function fits({ tool, path }: PermissionRules[number], kind: string, paths: (string | undefined)[]): boolean {
  if (tool !== '*' && tool !== kind) return false;
  if (path === undefined) return true;
  const matches = picomatch(path, { dot: true });
  return paths.length > 0 && paths.every((one) => one !== undefined && matches(one));
}

async function withinWorkspace(path: string, cwd: string): Promise<string | undefined> {
  const [root, real] = await Promise.all([
    confinedPath(cwd, [cwd]),
    confinedPath(isAbsolute(path) ? path : resolve(cwd, path), [cwd]),
  ]);
  return root && real && relative(root, real).split(sep).join('/');
}
