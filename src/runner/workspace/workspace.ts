import type { Grant } from '../../tasks/attempt-schema.ts';
import type { AgentsFile } from '../agents-file.ts';
import type { AttemptFolder } from '../attempt-folder.ts';
import type { Usage } from '../executors/executor.ts';
import type { OutputLog } from '../output/output-log.ts';

/** What a workspace is made from. */
export type WorkspaceRequest = {
  grant: Pick<Grant, 'task_id' | 'epoch' | 'workspace' | 'continues'>;
  folder: AttemptFolder;
  /** The runner's folder, where mirrors are kept. */
  runnerFolder: string;
  allowed: Pick<AgentsFile, 'directories' | 'repositories'>;
  runnerEnvironment: NodeJS.ProcessEnv;
  output: OutputLog;
  signal: AbortSignal;
};

/** A place where the command works. */
export type OpenWorkspace = {
  cwd: string;
  /**
   * After the command: writes what changed into the attempt's `changes` folder and gives figures for the usage; a
   * success is pushed where the task asks for it. Throws AttemptFailure.
   */
  collect(end: { ok: boolean; signal: AbortSignal }): Promise<Usage>;
  /** Keeps what it holds for a task that continues this one. Throws what git says. */
  remember(signal: AbortSignal): Promise<void>;
  /** Removes it; after a failure it may be kept, if the task asks for that. Does not throw. */
  close(end: { ok: boolean }): Promise<void>;
};
