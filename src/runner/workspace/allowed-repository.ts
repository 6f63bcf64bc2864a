import { fileURLToPath } from 'node:url';
import type { AgentsFile } from '../agents-file.ts';
import { AttemptFailure } from '../attempt-failure.ts';
import { allowedDirectory } from './allowed-directory.ts';

// user@host:path, the short form of ssh. Two colons would be a remote helper such as ext::, which runs programs.
const SHORT_SSH = /^(?:[A-Za-z0-9][\w.-]*@)?[A-Za-z0-9][\w.-]*:(?![:/-]).+$/;
// A step up would leave what a pattern of agents.yaml allows: git, or the server, takes it after our look.
const STEP_UP = /\\|%5c|(?:[/:]|%2f)(?:\.|%2e){1,2}(?:\/|%2f|$)/i;
const SCHEMES = new Set(['https:', 'http:', 'ssh:', 'git:']);

/**
 * What git is to fetch from, when agents.yaml allows it: a URL as it was given, or the real path of a repository on this
 * machine. Throws AttemptFailure: repository_not_allowed, repository_not_found (a path that is not there).
 */
export async function allowedRepository(
  repository: string,
  { directories, repositories }: Pick<AgentsFile, 'directories' | 'repositories'>,
): Promise<string> {
  const path = localPath(repository);
  if (path !== undefined) return onThisMachine(path, directories);
  const problem = urlProblem(repository);
  if (problem) throw refused(`The repository ${withoutCredentials(repository)} ${problem}.`);
  if (repositories && !repositories.some((pattern) => matches(repository, pattern))) {
    throw refused(
      `The repository ${repository} matches none of the patterns that agents.yaml allows (\`repositories\`).`,
    );
  }
  return repository;
}

function localPath(repository: string): string | undefined {
  if (repository.startsWith('/')) return repository;
  if (!repository.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(repository);
  } catch (cause) {
    throw refused(`${repository} is not the URL of a file on this machine.`, cause);
  }
}

async function onThisMachine(path: string, directories: string[]): Promise<string> {
  try {
    return await allowedDirectory(path, directories);
  } catch (error) {
    const { code, message } = error as AttemptFailure;
    if (code === 'directory_not_found') {
      throw new AttemptFailure('repository_not_found', `There is no repository ${path} on this runner.`, false, error);
    }
    throw refused(message, error);
  }
}

function urlProblem(repository: string): string | undefined {
  if (/[\x00-\x20\x7f]/.test(repository)) return 'holds spaces or control characters';
  if (STEP_UP.test(repository)) return 'holds a backslash, or "." or ".." as a step of its path';
  if (SHORT_SSH.test(repository)) return undefined;
  const url = URL.parse(repository);
  if (!url || !SCHEMES.has(url.protocol)) return 'is neither a URL (https, http, ssh, git) nor an absolute path';
  if (url.hostname.startsWith('-')) return 'has a host that begins with "-"';
  const named = url.protocol === 'ssh:' ? url.password : url.username || url.password;
  return named ? 'holds credentials; give them to git on the runner (credential helper, ssh key)' : undefined;
}

const withoutCredentials = (repository: string): string => repository.replace(/\/\/[^/@]*@/, '//...@');

const matches = (url: string, pattern: string): boolean =>
  new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`, 's').test(url);

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

const refused = (sentence: string, cause?: unknown) =>
  new AttemptFailure('repository_not_allowed', sentence, false, cause);
