import type { DecidedEnd } from './move.ts';
import { isLive, type Task } from './world.ts';

type Ref = { epoch: number; holder: number };

/**
 * The guards of the contract, each a predicate by itself, so that a test can weaken one and see an invariant break.
 */
export const RULES = {
  /** Only the attempt that holds the lease now may say anything. */
  holds: (task: Task, { epoch, holder }: Ref): boolean =>
    task.holder !== null && task.epoch === epoch && task.holder === holder,

  mayBeClaimed: (task: Task, epoch: number): boolean =>
    isLive(task) &&
    task.ready &&
    task.epoch === epoch - 1 &&
    !task.cancel_asked &&
    !task.passed.includes('deadline') &&
    (task.attempts > 0 || !task.passed.includes('queue_deadline')),

  fits: (free: number, slots: number): boolean => slots <= free,

  hasTriesLeft: ({ attempts, max_attempts }: Task): boolean => attempts < max_attempts,

  /** What is overdue, in the order of what counts first; null when nothing is. */
  overdue(task: Task): DecidedEnd | null {
    const has = (what: Task['passed'][number]) => task.passed.includes(what);
    const isHeld = task.holder !== null;
    if (!isLive(task)) return null;
    if (has('deadline')) return 'expired';
    if (has('queue_deadline') && !isHeld && task.attempts === 0) return 'expired';
    if (!isHeld) return null;
    if (has('cancel')) return 'cancelled';
    if (has('lease')) return 'lost';
    if (has('start') && task.state === 'leased') return 'not_started';
    return has('attempt') && task.state === 'running' ? 'timed_out' : null;
  },
};

export type Rules = typeof RULES;
