import { execFile } from 'node:child_process';
import { arch, release, type } from 'node:os';
import { promisify } from 'node:util';
import { VERSION } from '../../lib/version.ts';
import type { Io } from '../io.ts';
import { bad, type Finding, note, ok } from './finding.ts';

/** A runner with a hundred attempts has some four files open for each. */
const FEW_FILES = 1024;

/** This machine: versions and limits. */
export async function checkMachine(io: Io): Promise<Finding[]> {
  return [checkVersions(), await checkGit(io), checkFiles()];
}

const checkVersions = (): Finding =>
  ok('versions', `WHOOSH ${VERSION}, Node ${process.version}, ${type()} ${release()} ${arch()}`);

async function checkGit({ env }: Io): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)('git', ['--version'], { env });
    return ok('git', stdout.trim());
  } catch {
    return bad('git', 'git cannot be started', 'Install git: workspaces in repositories need it.');
  }
}

function checkFiles(): Finding {
  const soft = openFilesLimit();
  const detail = `${soft} files may be open at once`;
  return Number(soft) < FEW_FILES
    ? note('open files', detail, `Raise it before the start: ulimit -n ${FEW_FILES * 4}`)
    : ok('open files', detail);
}

function openFilesLimit(): string | number {
  // Looking up the names of network addresses could take seconds.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: string | number } } };
  return userLimits?.open_files?.soft ?? 'unlimited';
}
