import type { TaskDesk } from './desk.ts';
import { type Report, type Reported, reportAttempt } from './report.ts';

/** Hands an attempt back, as a draining holder does: the task is queued at once and the attempt does not count. */
export const releaseAttempt = (desk: TaskDesk, report: Omit<Report, 'end' | 'error' | 'result'>): Promise<Reported> =>
  reportAttempt(desk, { ...report, end: 'released' });
