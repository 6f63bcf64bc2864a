import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttemptFailure } from '../attempt-failure.ts';
import type { AttemptFolder } from '../attempt-folder.ts';
import type { Usage } from '../executors/executor.ts';
import type { OutputLog } from '../output/output-log.ts';
import { GitError, type GitOptions, git } from './git.ts';
import { listCommits } from './list-commits.ts';
import { withOwnIndex } from './own-index.ts';
import { parseShortStat } from './parse-short-stat.ts';

export type ChangesRequest = { base: string; folder: AttemptFolder; output: OutputLog };

/** An artifact may be 100 MiB. */
const MOST_BYTES = 104_857_600;
const LIMIT_MS = 300_000;
// Whatever the user's configuration says, `git apply` must be able to read it, and no program of a repository is run.
const PLAIN = ['-c', 'diff.noprefix=false', '-c', 'diff.mnemonicPrefix=false'];
const DIFF = [
  ...['-O/dev/null', '--no-color', '--no-ext-diff', '--no-textconv', '--no-relative', '--submodule=short'],
  // To look into a repository inside the worktree is to run the filters that its own configuration names.
  '--ignore-submodules=dirty',
];

/**
 * Writes what an attempt changed since `base`: `changes.patch` (for `git apply`, binary files included), with what was
 * not committed and new files that are not ignored, and `commits.json`. Nothing is written where nothing changed. Gives
 * files, insertions, deletions and commits. Throws AttemptFailure changes_unreadable.
 */
export async function collectChanges(request: ChangesRequest, options: GitOptions): Promise<Usage> {
  try {
    // A command may have put a link in place of the folder, and we would write where it leads.
    await rm(request.folder.changes, { recursive: true, force: true });
    await mkdir(request.folder.changes, { mode: 0o700 });
    const patient = { ...options, timeoutMs: LIMIT_MS };
    const indexed = { ...patient, env: await withOwnIndex(request.folder, patient) };
    const changed = parseShortStat(await git(['diff', '--shortstat', ...DIFF, request.base], indexed));
    const commits = await listCommits(request.base, options);
    if (changed.files) await writePatch(request, indexed);
    if (commits.length) await writeFile(join(request.folder.changes, 'commits.json'), JSON.stringify(commits, null, 2));
    return { ...changed, commits: commits.length };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new AttemptFailure(
      'changes_unreadable',
      `What changed in the worktree cannot be read: ${error.message}`,
      true,
      error,
    );
  }
}

async function writePatch({ base, folder, output }: ChangesRequest, options: GitOptions): Promise<void> {
  const path = join(folder.changes, 'changes.patch');
  const file = await open(path, 'w', 0o600);
  let bytes = 0;
  const write = async (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new PatchTooLarge();
    await file.write(chunk);
  };
  try {
    await git([...PLAIN, 'diff', '--binary', '--full-index', ...DIFF, base], { ...options, onOutput: write });
  } catch (error) {
    if (!(error instanceof PatchTooLarge)) throw error;
    await rm(path);
    output.system('changes.patch would be over 100 MiB and was left out.');
  } finally {
    await file.close();
  }
}

class PatchTooLarge extends Error {}
