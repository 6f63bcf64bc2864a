import { type GitOptions, git } from './git.ts';
import type { Mirror } from './mirror.ts';

const NAME = 'WHOOSH agent';
const EMAIL = 'agent@whoosh.invalid';

/**
 * Makes commits possible where the runner's user has no name and address configured; one that is configured, now or
 * later, stays in force. The caller holds the mirror's lock.
 */
export async function setIdentity(mirror: Mirror, options: GitOptions): Promise<void> {
  const configured = await succeeds(['config', '--get', 'user.email'], { ...options, cwd: '/' });
  for (const [name, value] of [
    ['user.name', NAME],
    ['user.email', EMAIL],
  ] as const) {
    const change = configured ? ['--unset-all', name] : ['--replace-all', name, value];
    await succeeds([`--git-dir=${mirror.path}`, 'config', ...change], options);
  }
}

const succeeds = (args: string[], options: GitOptions): Promise<boolean> =>
  git(args, options).then(
    () => true,
    () => false,
  );
