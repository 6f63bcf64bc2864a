import { AppError } from '../errors.ts';

/**
 * What a process of a runner is refused with whose session is not open. `session_superseded` when a newer one is, so that
 * it stops; else `not_found`, so that it opens a new one, as after a restore of the database, which ends all sessions.
 */
export const sessionOver = (openHolder: string | null): AppError =>
  openHolder === null
    ? new AppError('not_found', 'This session has ended. Open a new one.')
    : new AppError('session_superseded', 'A newer process of this runner has opened a session.');
