import { AppError } from '../errors.ts';
import type { AttemptRef } from './attempt-schema.ts';

/** What an attempt is refused with that speaks for itself and has lost its lease. */
export const noLease = ({ task_id, epoch }: AttemptRef): AppError =>
  new AppError('lease_lost', `Attempt ${epoch} of task ${task_id} no longer holds its lease.`);
