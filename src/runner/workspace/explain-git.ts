import { AttemptFailure } from '../attempt-failure.ts';
import { GitError } from './git.ts';

const MEANINGS: [pattern: RegExp, code: string, retryable: boolean][] = [
  [
    /repository '.*' not found|repository not found|does not appear to be a git repository|returned error: 404/i,
    'repository_not_found',
    false,
  ],
  // Retryable: another runner may have the credentials.
  [
    /could not read (username|password)|authentication failed|permission denied|access denied|returned error: 40[13]|host key verification|dubious ownership/i,
    'repository_denied',
    true,
  ],
  [
    /could not resolve|connection (refused|timed out|reset|closed)|failed to connect|unable to (access|connect)|no route to host|early eof|could not read from remote/i,
    'repository_unreachable',
    true,
  ],
];

/** Makes of what git said to a fetch the failure of an attempt; anything that is not a GitError stays what it is. */
export function explainGit(error: unknown, repository: string): unknown {
  if (!(error instanceof GitError)) return error;
  if (error.timedOut) {
    return new AttemptFailure('repository_unreachable', `Fetching ${repository} took too long.`, true, error);
  }
  const [, code, retryable] = MEANINGS.find(([pattern]) => pattern.test(error.stderr)) ?? [null, 'git_failed', true];
  return new AttemptFailure(code, `${repository}: ${error.stderr.trim().slice(-2_000)}`, retryable, error);
}
