import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const HERE = fileURLToPath(new URL('../..', import.meta.url));

/** A version of WHOOSH that can be run. */
export type Checkout = { name: string; folder: string };

export const THIS: Checkout = { name: 'new', folder: HERE };

/**
 * The release before this one: the newest tag v* that is not this very commit; before the first release the commit that
 * the file `previous` names.
 */
export async function previousRelease(): Promise<string> {
  const [tags, head] = await Promise.all([
    git('tag', '--list', 'v*', '--sort=-version:refname'),
    git('rev-parse', 'HEAD'),
  ]);
  for (const tag of tags.split('\n').filter(Boolean)) {
    if ((await git('rev-parse', `${tag}^{commit}`)) !== head) return tag;
  }
  return (await readFile(new URL('./previous', import.meta.url), 'utf8')).trim();
}

/**
 * Checks `release` out into `folder` and installs what it needs to run. Throws when this clone does not have it, so that
 * a shallow clone is not taken for a passed test.
 */
export async function checkOut(release: string, folder: string): Promise<Checkout> {
  const commit = await git('rev-parse', '--verify', '--quiet', `${release}^{commit}`).catch(() => undefined);
  if (!commit) {
    throw new Error(`This clone does not have ${release}, the release before. Fetch it: git fetch --unshallow --tags`);
  }
  await git('worktree', 'add', '--detach', folder, commit);
  await run('npm', ['ci', '--omit=dev', '--omit=optional', '--no-audit', '--no-fund'], { cwd: folder });
  return { name: 'old', folder };
}

/** Takes a checkout away again. */
export const removeCheckout = (folder: string): Promise<unknown> => git('worktree', 'remove', '--force', folder);

const git = async (...args: string[]): Promise<string> => (await run('git', args, { cwd: HERE })).stdout.trim();
