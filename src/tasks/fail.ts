import type { TaskDesk } from './desk.ts';
import { type Report, type Reported, reportAttempt } from './report.ts';
import type { TaskError } from './schema.ts';

/**
 * Records the failure of an attempt. When `retryable` and attempts are left, the task goes back to its queue after a
 * back-off; after a cancel it becomes cancelled. Refuses: lease_lost, outcome_conflict.
 */
export const failAttempt = (
  desk: TaskDesk,
  { retryable, ...report }: Omit<Report, 'end' | 'result'> & { error: TaskError; retryable: boolean },
): Promise<Reported> => reportAttempt(desk, { ...report, end: retryable ? 'retry' : 'failed' });
