import type { DecidedEnd, ReportedEnd } from './move.ts';
import type { Rules } from './rules.ts';
import type { Attempt, AttemptOutcome, State, Task } from './world.ts';

type End = { end: ReportedEnd | DecidedEnd; report?: string; result?: string };
type Verdict = { state: State; reason: string | null };

const POISON_LOSSES = 3;

/** Ends the attempt that holds the task, or the task that nobody holds. Terminal stays terminal: its caller has seen to that. */
export function settle(task: Task, given: End, rules: Rules): Task {
  const verdict = judge(task, given.end, rules);
  const closed = { ...task, tries: task.tries.map((one) => (one.outcome ? one : close(one, given, verdict))) };
  const epoch = task.epoch + (task.holder !== null && isDecided(given.end) ? 1 : 0);
  const free = { ...closed, ...verdict, epoch, agent: null, holder: null, ready: false };
  if (verdict.state !== 'queued') return { ...free, result: verdict.state === 'succeeded' ? given.result! : null };
  const waits = task.backs_off && ['retry', 'timed_out', 'not_started'].includes(given.end);
  return {
    ...free,
    ready: !waits,
    attempts: task.attempts - (given.end === 'released' ? 1 : 0),
    passed: task.passed.filter((what) => !['available', 'lease', 'start', 'attempt'].includes(what)),
  };
}

const isDecided = (end: End['end']): boolean => !['succeeded', 'failed', 'retry', 'released'].includes(end);

function judge(task: Task, end: End['end'], rules: Rules): Verdict {
  if (end === 'succeeded' || end === 'expired') return { state: end, reason: null };
  if (end === 'cancelled' || task.cancel_asked) return { state: 'cancelled', reason: null };
  if (end === 'failed') return { state: 'failed', reason: 'error' };
  if (end === 'released') return { state: 'queued', reason: null };
  const losses = task.tries.filter(({ outcome }) => outcome === 'lost').length;
  if (end === 'lost' && losses >= POISON_LOSSES - 1) return { state: 'failed', reason: 'poison' };
  if (!rules.hasTriesLeft(task)) return { state: 'failed', reason: 'exhausted' };
  return { state: 'queued', reason: null };
}

const close = (attempt: Attempt, { end, report }: End, { state }: Verdict): Attempt => ({
  ...attempt,
  report: report ?? null,
  outcome: state === 'cancelled' ? 'cancelled' : outcomeOf(end),
});

function outcomeOf(end: End['end']): AttemptOutcome {
  if (end === 'not_started') return 'released';
  return end === 'failed' || end === 'retry' || end === 'timed_out' ? 'failed' : end;
}
