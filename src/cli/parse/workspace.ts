import { InvalidArgumentError } from 'commander';

export type WorkspaceWish =
  | { kind: 'none' }
  | { kind: 'directory'; path: string }
  | { kind: 'git'; repository: string; ref?: string };

/** `none`, `dir:PATH` or `git:REPOSITORY#REF`. */
export function parseWorkspace(text: string): WorkspaceWish {
  if (text === 'none') return { kind: 'none' };
  const [, kind, rest] = /^(dir|git):(.+)$/s.exec(text) ?? [];
  if (kind === 'dir') return { kind: 'directory', path: rest! };
  if (kind !== 'git') throw new InvalidArgumentError('Expected none, dir:PATH or git:REPOSITORY#REF.');
  const [, repository, ref] = /^([^#]+)(?:#(.+))?$/s.exec(rest!) ?? [];
  if (!repository) throw new InvalidArgumentError('Expected git:REPOSITORY or git:REPOSITORY#REF.');
  return { kind: 'git', repository, ...(ref && { ref }) };
}
