import { mkdir } from 'node:fs/promises';
import { AttemptFailure } from '../attempt-failure.ts';
import { removeFolder } from '../remove-folder.ts';
import { allowedDirectory } from './allowed-directory.ts';
import { openGitWorkspace } from './git-workspace.ts';
import type { OpenWorkspace, WorkspaceRequest } from './workspace.ts';

/**
 * Makes the workspace that the task asks for: an empty folder, a folder of the machine that agents.yaml allows, or a git
 * worktree of its own. Throws AttemptFailure with a code that says what is wrong with the wish.
 */
export async function openWorkspace(request: WorkspaceRequest): Promise<OpenWorkspace> {
  const { workspace } = request.grant;
  switch (workspace.kind) {
    case 'none':
      return openEmptyFolder(request);
    case 'directory':
      return withoutTrace(await allowedDirectory(workspace.path, request.allowed.directories));
    case 'git':
      return openGitWorkspace(request, workspace);
    default:
      throw unknownKind(workspace);
  }
}

// A newer server may know more kinds; another, newer runner may as well.
const unknownKind = (workspace: never): AttemptFailure => {
  const { kind } = workspace as { kind: string };
  return new AttemptFailure('workspace_unsupported', `This runner does not know workspaces of kind ${kind}.`, true);
};

async function openEmptyFolder({ folder }: WorkspaceRequest): Promise<OpenWorkspace> {
  await mkdir(folder.workspace, { recursive: true, mode: 0o700 });
  return { ...withoutTrace(folder.workspace), close: () => removeFolder(folder.workspace).catch(() => {}) };
}

const withoutTrace = (cwd: string): OpenWorkspace => ({
  cwd,
  collect: async () => ({}),
  remember: async () => {},
  close: async () => {},
});
