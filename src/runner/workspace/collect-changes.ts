import { copyFile, open, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AttemptFailure } from '../attempt-failure.ts';
import type { AttemptFolder } from '../attempt-folder.ts';
import type { Usage } from '../executors/executor.ts';
import type { OutputLog } from '../output/output-log.ts';
import { GitError, type GitOptions, git } from './git.ts';
import { listCommits } from './list-commits.ts';
import { parseShortStat } from './parse-short-stat.ts';

export type ChangesRequest = { base: string; folder: AttemptFolder; output: OutputLog };

/** An artifact may be 100 MiB. */
const MOST_BYTES = 104_857_600;
const LIMIT_MS = 300_000;
// Whatever the user's configuration says, `git apply` must be able to read it, and no program of a repository is run.
const PLAIN = ['-c', 'diff.noprefix=false', '-c', 'diff.mnemonicPrefix=false'];
const DIFF = ['-O/dev/null', '--no-color', '--no-ext-diff', '--no-textconv', '--no-relative', '--submodule=short'];

/**
 * Writes what an attempt changed since `base`: `changes.patch` (for `git apply`, binary files included), with what was
 * not committed and new files that are not ignored, and `commits.json`. Nothing is written where nothing changed. Gives
 * files, insertions, deletions and commits. Throws AttemptFailure changes_unreadable.
 */
export async function collectChanges(request: ChangesRequest, options: GitOptions): Promise<Usage> {
  try {
    const indexed = { ...options, timeoutMs: LIMIT_MS, env: await withOwnIndex(request.folder, options) };
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

// In a copy of the index, new files are entered by name only (-N): the worktree's own index stays as the agent left it,
// also with a lock of a killed git, and no content is written anywhere.
async function withOwnIndex(folder: AttemptFolder, options: GitOptions): Promise<NodeJS.ProcessEnv> {
  const index = join(folder.path, 'index');
  const original = resolve(options.cwd, (await git(['rev-parse', '--git-path', 'index'], options)).trim());
  await copyFile(original, index).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  const env = { ...options.env, GIT_INDEX_FILE: index };
  const add = ['-c', 'advice.addEmbeddedRepo=false', 'add', '--all', '--intent-to-add', '--ignore-errors'];
  await git(add, { ...options, env, timeoutMs: LIMIT_MS }).catch((error) => {
    // 1: something cannot be added, such as an empty repository inside the worktree; the rest was.
    if (error.exitCode !== 1) throw error;
  });
  return env;
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
