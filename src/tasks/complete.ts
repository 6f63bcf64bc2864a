import { AppError } from '../errors.ts';
import type { TaskDesk } from './desk.ts';
import { type Report, type Reported, reportAttempt } from './report.ts';

const MOST_BYTES = 1_048_576;

/**
 * Records the success of an attempt with its result.
 * Refuses: result_too_large, lease_lost, outcome_conflict.
 */
export async function completeAttempt(desk: TaskDesk, report: Omit<Report, 'end' | 'error'>): Promise<Reported> {
  const bytes = Buffer.byteLength(JSON.stringify(report.result ?? null));
  if (bytes > MOST_BYTES) {
    throw new AppError(
      'result_too_large',
      `The result is ${bytes} bytes; the limit is ${MOST_BYTES}. Upload an artifact.`,
    );
  }
  return reportAttempt(desk, { ...report, end: 'succeeded' });
}
