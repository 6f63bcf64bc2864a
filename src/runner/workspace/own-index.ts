import { constants } from 'node:fs';
import { copyFile, open, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { AttemptFolder } from '../attempt-folder.ts';
import { type GitOptions, git } from './git.ts';

/**
 * The environment of git calls that see new files too. They are entered by name only (-N) in a copy of the index: the
 * worktree's own index stays as the agent left it, also with a lock of a killed git, and no content is written anywhere.
 */
export async function withOwnIndex(folder: AttemptFolder, options: GitOptions): Promise<NodeJS.ProcessEnv> {
  const index = join(folder.path, 'index');
  const original = resolve(options.cwd, (await git(['rev-parse', '--git-path', 'index'], options)).trim());
  // Not written through a link that the command may have left there.
  await rm(index, { recursive: true, force: true });
  await copyFile(original, index, constants.COPYFILE_EXCL).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  const env = { ...options.env, GIT_INDEX_FILE: index };
  await addByName(await listNewFiles(folder, { ...options, env }), { ...options, env });
  return env;
}

/** A file with the names of what is neither in the index nor ignored, each ended by NUL. */
async function listNewFiles(folder: AttemptFolder, options: GitOptions): Promise<string> {
  const path = join(folder.path, 'new-files');
  await rm(path, { recursive: true, force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    const onOutput = async (chunk: Buffer) => void (await file.write(chunk));
    await git(['ls-files', '--others', '--exclude-standard', '-z'], { ...options, onOutput });
  } finally {
    await file.close();
  }
  return path;
}

// By their names and not by `--all`, which looks into repositories inside the worktree, and runs what filters theirs name.
async function addByName(list: string, options: GitOptions): Promise<void> {
  const quiet = ['-c', 'advice.addEmbeddedRepo=false', '-c', 'advice.addEmptyPathspec=false'];
  const add = ['add', '--intent-to-add', '--ignore-errors', `--pathspec-from-file=${list}`, '--pathspec-file-nul'];
  await git(['--literal-pathspecs', ...quiet, ...add], options).catch((error) => {
    // 1: something cannot be added, such as an empty repository inside the worktree; the rest was.
    if (error.exitCode !== 1) throw error;
  });
}
