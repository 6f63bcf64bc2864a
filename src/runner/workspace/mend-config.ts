import { GitError, type GitOptions, git } from './git.ts';
import type { Mirror } from './mirror.ts';

/** Where the branches of the repository are in its mirror. */
export const MIRRORED_BRANCHES = '+refs/heads/*:refs/remotes/origin/*';

const IDENTITY = { 'user.name': 'WHOOSH agent', 'user.email': 'agent@whoosh.invalid' };
const KEPT = {
  'remote.origin.fetch': MIRRORED_BRANCHES,
  // An agent's own commits must not start a collection in the background, which would outlive it.
  'gc.auto': '0',
  'maintenance.auto': 'false',
};
const NAMES = '^(user\\.(name|email)|remote\\.origin\\.(url|fetch)|gc\\.auto|maintenance\\.auto)$';

type Setting = { scope: string; name: string; value: string };

/**
 * Sets right what the mirror's configuration must say; agents share it and may have changed it. `origin` is the
 * repository, and commits have an author: ours where the runner's user has configured none, now or later. One call of
 * git when nothing is to be changed. The caller holds the mirror's lock.
 */
export async function mendConfig(mirror: Mirror, options: GitOptions): Promise<void> {
  const settings = await read(mirror, options);
  const isConfigured = settings.some(({ scope, name }) => scope !== 'local' && name === 'user.email');
  const wanted = { ...KEPT, 'remote.origin.url': mirror.repository, ...(isConfigured ? {} : IDENTITY) };
  const own = new Map(settings.filter(({ scope }) => scope === 'local').map(({ name, value }) => [name, value]));
  const change = (...args: string[]) => git([`--git-dir=${mirror.path}`, 'config', ...args], options);
  for (const [name, value] of Object.entries(wanted)) {
    if (own.get(name) !== value) await change('--replace-all', name, value);
  }
  for (const name of Object.keys(IDENTITY)) if (isConfigured && own.has(name)) await change('--unset-all', name);
}

// Each setting is `scope NUL name LF value NUL`.
async function read({ path }: Mirror, options: GitOptions): Promise<Setting[]> {
  const fields = (
    await git([`--git-dir=${path}`, 'config', '--show-scope', '--null', '--get-regexp', NAMES], options).catch(
      noneFound,
    )
  ).split('\0');
  return Array.from({ length: Math.floor(fields.length / 2) }, (_, index) => {
    const [name = '', value = ''] = fields[2 * index + 1]!.split(/\n(.*)/s);
    return { scope: fields[2 * index]!, name, value };
  });
}

function noneFound(error: unknown): string {
  if (error instanceof GitError && error.exitCode === 1) return '';
  throw error;
}
