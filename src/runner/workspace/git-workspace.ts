import { writeFile } from 'node:fs/promises';
import type { Workspace } from '../../tasks/schema.ts';
import { AttemptFailure } from '../attempt-failure.ts';
import { removeFolder } from '../remove-folder.ts';
import { withLock } from '../with-lock.ts';
import { allowedRepository } from './allowed-repository.ts';
import { collectChanges } from './collect-changes.ts';
import { GitError, type GitOptions, git } from './git.ts';
import { gitEnvironment } from './git-environment.ts';
import { type KeptState, keepState, keptState } from './kept-state.ts';
import { type Mirror, mirrorOf, updateMirror } from './mirror.ts';
import { resolveRef } from './resolve-ref.ts';
import type { OpenWorkspace, WorkspaceRequest } from './workspace.ts';

type GitWish = Extract<Workspace, { kind: 'git' }>;
type Worktree = { mirror: Mirror; path: string; branch: string; base: string; env: NodeJS.ProcessEnv };

const PUSH_LIMIT_MS = 600_000;

/**
 * A worktree of the repository's mirror on a branch of its own, from the wished ref, or from where the task ended that
 * this one continues. Attempts on one repository fetch one
 * after the other. Throws AttemptFailure: repository_not_allowed, repository_not_found, repository_denied,
 * repository_unreachable, ref_not_found, disk_full, git_failed.
 */
export async function openGitWorkspace(request: WorkspaceRequest, wish: GitWish): Promise<OpenWorkspace> {
  const repository = await allowedRepository(wish.repository, request.allowed);
  const mirror = mirrorOf(request.runnerFolder, repository);
  const worktree = await addWorktree(request, wish, mirror);
  return {
    cwd: worktree.path,
    async collect({ ok, signal }) {
      const options = { cwd: worktree.path, env: worktree.env, signal };
      const usage = await collectChanges({ ...worktree, folder: request.folder, output: request.output }, options);
      if (ok && wish.push) await push(worktree, options);
      return usage;
    },
    remember: (signal) =>
      keepState(
        { ...worktree, ...request.grant, folder: request.folder },
        { cwd: worktree.path, env: worktree.env, signal },
      ),
    async close({ ok }) {
      if (!ok && wish.keep_on_failure) return keep(request, worktree);
      await removeWorktree(worktree, request.runnerFolder);
    },
  };
}

async function addWorktree(request: WorkspaceRequest, wish: GitWish, mirror: Mirror): Promise<Worktree> {
  const { grant, folder, runnerFolder, runnerEnvironment, signal } = request;
  const env = gitEnvironment(runnerEnvironment);
  const options: GitOptions = { cwd: runnerFolder, env, signal };
  const branch = branchOf(grant);
  const path = folder.workspace;
  const base = await withLock(mirror.path, signal, async () => {
    await updateMirror(mirror, options);
    const kept = grant.continues ? await keptState(mirror, grant.continues.task_id, options) : undefined;
    const commit = kept?.head ?? (await resolveRef(mirror, wish.ref, options));
    const add = ['worktree', 'add', '--quiet', '--force', '-B', branch, '--', path, commit];
    await git([`--git-dir=${mirror.path}`, ...add], { ...options, timeoutMs: PUSH_LIMIT_MS });
    if (kept) await restore(kept, { ...options, cwd: path, timeoutMs: PUSH_LIMIT_MS });
    return kept?.base ?? commit;
  });
  const gitDir = (await git(['rev-parse', '--absolute-git-dir'], { ...options, cwd: path })).trim();
  // Named, not found by way of the worktree's `.git`: an agent that may write nowhere else could put a repository of its
  // own in place of that, with programs in its configuration for us to run.
  return { mirror, path, branch, base, env: { ...env, GIT_DIR: gitDir, GIT_WORK_TREE: path } };
}

// What was not committed is again not committed, and what was new is new.
async function restore({ state }: KeptState, options: GitOptions): Promise<void> {
  await git(['restore', `--source=${state}`, '--worktree', '--', '.'], options);
}

// The end of the id, which is random: UUIDv7 begins with the time, so the beginning is shared by a whole batch.
const branchOf = ({ task_id, epoch }: WorkspaceRequest['grant']) => `whoosh/${task_id.slice(-12)}-${epoch}`;

async function push({ branch, mirror }: Worktree, options: GitOptions): Promise<void> {
  try {
    // HEAD and not the branch: the agent may have worked on one of its own.
    const refspec = `HEAD:refs/heads/${branch}`;
    await git(['push', '--quiet', '--no-verify', '--', mirror.repository, refspec], {
      ...options,
      timeoutMs: PUSH_LIMIT_MS,
    });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const sentence = `Pushing ${branch} to ${mirror.repository} failed: ${error.message.slice(-2_000)}`;
    throw new AttemptFailure('push_failed', sentence, true, error);
  }
}

async function keep({ folder, output }: WorkspaceRequest, { path, branch }: Worktree): Promise<void> {
  await writeFile(folder.keptFile, '').catch(() => {});
  output.system(`The worktree is kept on the runner: ${path} (branch ${branch}).`);
}

async function removeWorktree({ path, branch, mirror, env: own }: Worktree, cwd: string): Promise<void> {
  const env = gitEnvironment(own);
  // Whatever is left over here is removed at the next start of the runner.
  await removeFolder(path).catch(() => {});
  await withLock(mirror.path, undefined, async () => {
    await git([`--git-dir=${mirror.path}`, 'worktree', 'prune', '--expire=now'], { cwd, env });
    await git([`--git-dir=${mirror.path}`, 'branch', '--quiet', '-D', '--', branch], { cwd, env });
  }).catch(() => {});
}
