import { WhooshError } from '../client/whoosh-error.ts';
import { RunnerError } from './runner-error.ts';

/** What a call that failed means for the runner: try again, open a new session, or (thrown) end. */
export type PollFailure = { next: 'retry' | 'reopen'; error: WhooshError };

/**
 * Reads a failed call of the runner's channel. Throws RunnerError when the runner must end: its credential is not
 * accepted, or a newer process of it has opened a session. Throws on what is no answer of a server.
 */
export function pollFailure(error: unknown, server: string): PollFailure {
  if (!(error instanceof WhooshError)) throw error;
  if (error.status === 401) {
    throw new RunnerError(
      `${server} does not accept this runner's credential: it was removed or revoked. Enrol again with a new token (\`whoosh runner enrol\`).`,
      error,
    );
  }
  if (error.code === 'session_superseded') {
    throw new RunnerError(
      `Another process with this runner's credential has opened a session at ${server}, so this one has stopped. Every runner needs a folder and an enrolment of its own.`,
      error,
    );
  }
  return { next: error.code === 'not_found' ? 'reopen' : 'retry', error };
}
