import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { AttemptRef, dependencyResult, Grant } from '../tasks/attempt-schema.ts';

/** The files of one attempt; everything lies below `path`, which goes when its report is delivered. */
export type AttemptFolder = {
  /** `<task id>-<epoch>`: no other attempt anywhere has it. */
  id: string;
  path: string;
  /** Where the command works, unless the workspace is a folder of the machine. */
  workspace: string;
  promptFile: string;
  inputFile: string;
  dependenciesFile: string;
  resultFile: string;
  /** What the command leaves here is uploaded. */
  artifacts: string;
  /** What the runner itself adds to the artifacts: patch and commits. */
  changes: string;
  /** Which process runs, so that the next start of the runner can end it. */
  processFile: string;
  /** Present when the workspace is to stay (keep_on_failure). */
  keptFile: string;
};

export type DependencyResult = z.infer<typeof dependencyResult>;

/** Where the files of an attempt lie in the runner's folder. */
export function attemptFolder(runnerFolder: string, { task_id, epoch }: AttemptRef): AttemptFolder {
  const id = `${task_id}-${epoch}`;
  const path = join(runnerFolder, 'attempts', id);
  return {
    id,
    path,
    workspace: join(path, 'workspace'),
    promptFile: join(path, 'prompt.txt'),
    inputFile: join(path, 'input.json'),
    dependenciesFile: join(path, 'dependencies.json'),
    resultFile: join(path, 'result.json'),
    artifacts: join(path, 'artifacts'),
    changes: join(path, 'changes'),
    processFile: join(path, 'process.json'),
    keptFile: join(path, 'kept'),
  };
}

/** Makes the folders and writes what the command is given. Only the runner's user may read them. */
export async function fillAttemptFolder(
  folder: AttemptFolder,
  grant: Pick<Grant, 'prompt' | 'input'>,
  dependencies: DependencyResult[],
): Promise<void> {
  for (const path of [folder.artifacts, folder.changes]) await mkdir(path, { recursive: true, mode: 0o700 });
  const write = (path: string, text: string) => writeFile(path, text, { mode: 0o600 });
  await write(folder.promptFile, grant.prompt ?? '');
  await write(folder.inputFile, JSON.stringify(grant.input));
  await write(folder.dependenciesFile, JSON.stringify(dependencies));
}
