import { AttemptFailure } from '../attempt-failure.ts';
import { type GitOptions, git } from './git.ts';
import { fetchAlso, type Mirror } from './mirror.ts';

const FULL_ID = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const FETCHED = 'refs/whoosh/fetched';
// What git gives a meaning of its own: ranges, ancestors, reflogs, paths. None of it is a branch, a tag or a commit.
const NOT_A_NAME = /^-|^$|[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.lock$/;

/**
 * The id of the commit that `ref` means: HEAD of the repository, a branch, a tag, a commit id or a full ref
 * (refs/pull/7/head). Throws AttemptFailure ref_not_found. The caller holds the mirror's lock and has updated it.
 */
export async function resolveRef(mirror: Mirror, ref: string, options: GitOptions): Promise<string> {
  const commit = NOT_A_NAME.test(ref) ? undefined : await find(mirror, ref, options);
  if (commit) return commit;
  const why = ref === 'HEAD' ? 'its HEAD leads to no commit: name a branch' : 'it has no such branch, tag or commit';
  throw new AttemptFailure('ref_not_found', `${ref} is not in ${mirror.repository}: ${why}.`, false);
}

async function find(mirror: Mirror, ref: string, options: GitOptions): Promise<string | undefined> {
  const fetched = async () => ((await fetchAlso(mirror, ref, FETCHED, options)) ? FETCHED : undefined);
  const commit = async (name: string | undefined) => (name === undefined ? undefined : commitOf(mirror, name, options));
  if (ref === 'HEAD' || ref.startsWith('refs/')) return commit(await fetched());
  return (
    (await commit(`refs/remotes/origin/${ref}`)) ??
    (await commit(`refs/tags/${ref}`)) ??
    (/^[0-9a-f]{4,64}$/.test(ref) ? await commit(ref) : undefined) ??
    (FULL_ID.test(ref) ? await commit(await fetched()) : undefined)
  );
}

async function commitOf(mirror: Mirror, name: string, options: GitOptions): Promise<string | undefined> {
  const parse = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const found = await git([`--git-dir=${mirror.path}`, ...parse], options).catch((error) => {
    if (error.exitCode === 1 || error.exitCode === 128) return '';
    throw error;
  });
  return found.trim() || undefined;
}
