import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const AUTHOR = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
  GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
};

/** A real repository with a working tree at `path`, on branch `main`. */
export type TestRepository = {
  path: string;
  /** Runs git in it and gives what it printed, trimmed. */
  git(...args: string[]): Promise<string>;
  /** Writes files, commits them all, and gives the commit's id. */
  commit(subject: string, files: Record<string, string | Buffer>): Promise<string>;
};

/** Makes a repository of two files and one commit. */
export async function makeRepository(path: string): Promise<TestRepository> {
  await mkdir(path, { recursive: true });
  const git = async (...args: string[]) =>
    (await run('git', args, { cwd: path, env: { ...process.env, ...AUTHOR }, maxBuffer: 1e8 })).stdout.trim();
  const commit = async (subject: string, files: Record<string, string | Buffer>) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), content);
    }
    await git('add', '--all');
    await git('commit', '--quiet', '--message', subject);
    return git('rev-parse', 'HEAD');
  };
  await git('init', '--quiet', '--initial-branch=main');
  // So that a push to a branch that is not checked out is taken, over smart HTTP as well.
  await git('config', 'http.receivepack', 'true');
  await commit('First', { 'README.md': 'hello\n', 'src/a.txt': 'one\ntwo\n' });
  return { path, git, commit };
}
