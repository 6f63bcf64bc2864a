import type { AttemptFolder } from '../attempt-folder.ts';
import { withLock } from '../with-lock.ts';
import { type GitOptions, git } from './git.ts';
import type { Mirror } from './mirror.ts';
import { withOwnIndex } from './own-index.ts';

/** What a worktree held at its end: where its branch stood, and from where its changes count. */
export type KeptState = { state: string; head: string; base: string };

const KEPT = 'refs/whoosh/kept';
const MOST_AGE_SECONDS = 30 * 86_400;
const LIMIT_MS = 300_000;
const IDENTITY = {
  GIT_AUTHOR_NAME: 'WHOOSH',
  GIT_AUTHOR_EMAIL: 'whoosh@localhost',
  GIT_COMMITTER_NAME: 'WHOOSH',
  GIT_COMMITTER_EMAIL: 'whoosh@localhost',
};

/**
 * Keeps what a worktree holds in its mirror for 30 days, what is not committed included, so that a task that continues
 * this one begins there. Later attempts of the task replace it. Throws GitError.
 */
export async function keepState(
  { task_id, mirror, base, folder }: { task_id: string; mirror: Mirror; base: string; folder: AttemptFolder },
  options: GitOptions,
): Promise<void> {
  const patient = { ...options, timeoutMs: LIMIT_MS };
  const indexed = { ...patient, env: await withOwnIndex(folder, patient) };
  await git(['add', '--update', '--', '.'], indexed);
  const tree = (await git(['write-tree'], indexed)).trim();
  const commit = ['commit-tree', tree, '-p', 'HEAD', '-p', base, '-m', `The end of task ${task_id}`];
  const state = (await git(commit, { ...patient, env: { ...options.env, ...IDENTITY } })).trim();
  await withLock(mirror.path, options.signal, async () => {
    await git(['update-ref', refOf(task_id), state], patient);
    await forgetOld(patient);
  });
}

/** What the worktree of a task held at its end; undefined when this runner does not have it. */
export async function keptState(mirror: Mirror, task_id: string, options: GitOptions): Promise<KeptState | undefined> {
  const parse = [`--git-dir=${mirror.path}`, 'rev-parse', '--verify', '--quiet'];
  const idOf = async (suffix: string) => (await git([...parse, `${refOf(task_id)}${suffix}`], options)).trim();
  try {
    const [state, head, base] = await Promise.all(['', '^1', '^2'].map(idOf));
    return { state: state!, head: head!, base: base! };
  } catch {
    // Another runner has it, or it is too old: the task begins where any other would.
    return undefined;
  }
}

const refOf = (task_id: string): string => `${KEPT}/${task_id}`;

async function forgetOld(options: GitOptions): Promise<void> {
  const listed = await git(['for-each-ref', '--format=%(committerdate:unix) %(refname)', KEPT], options);
  const oldest = Date.now() / 1000 - MOST_AGE_SECONDS;
  for (const line of listed.split('\n').filter(Boolean)) {
    const [seconds, name] = line.split(' ');
    if (Number(seconds) < oldest) await git(['update-ref', '-d', name!], options);
  }
}
