import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { explainGit } from './explain-git.ts';
import { type GitOptions, git } from './git.ts';
import { MIRRORED_BRANCHES, mendConfig } from './mend-config.ts';

/** A bare copy of a repository that all attempts on it share: branches below refs/remotes/origin, tags as they are. */
export type Mirror = { path: string; repository: string };

const FETCH_LIMIT_MS = 600_000;
const TAGS = '+refs/tags/*:refs/tags/*';

/** Where the mirror of a repository lies: its name for people, a hash so that no two share one. */
export function mirrorOf(runnerFolder: string, repository: string): Mirror {
  const hash = createHash('sha256').update(repository).digest('hex').slice(0, 16);
  const name = basename(repository.replace(/[/\\]+$/, ''), '.git')
    .replace(/[^\w.-]/g, '_')
    .slice(0, 60);
  return { path: join(runnerFolder, 'mirrors', `${name}-${hash}.git`), repository };
}

/** Brings the mirror up to date, making it first where there is none. The caller holds its lock. Throws AttemptFailure. */
export async function updateMirror(mirror: Mirror, options: GitOptions): Promise<void> {
  if (!existsSync(join(mirror.path, 'HEAD'))) await create(mirror, options);
  await mendConfig(mirror, options);
  // Our fetches collect garbage, in the foreground: without it every fetch would leave a pack for ever.
  const collect = ['-c', 'gc.auto=6700', '-c', 'maintenance.auto=true'];
  const fetch = ['fetch', '--prune', '--force', '--quiet', '--no-write-fetch-head', '--no-recurse-submodules'];
  await inMirror(mirror, [...collect, ...fetch, '--', mirror.repository, MIRRORED_BRANCHES, TAGS], options);
}

/** Fetches one more thing: HEAD, a full ref or a commit id. False when the repository does not give it. */
export async function fetchAlso(mirror: Mirror, wanted: string, target: string, options: GitOptions): Promise<boolean> {
  const fetch = ['fetch', '--force', '--quiet', '--no-write-fetch-head', '--no-tags', '--'];
  return inMirror(mirror, [...fetch, mirror.repository, `+${wanted}:${target}`], options).then(
    () => true,
    (error) => {
      if (error.code === 'git_failed') return false;
      throw error;
    },
  );
}

async function inMirror({ path, repository }: Mirror, args: string[], options: GitOptions): Promise<void> {
  try {
    await git([`--git-dir=${path}`, ...args], { ...options, timeoutMs: FETCH_LIMIT_MS });
  } catch (error) {
    throw explainGit(error, repository);
  }
}

async function create({ path }: Mirror, options: GitOptions): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await git(['init', '--quiet', '--bare', '--template=', '--', path], options);
}
