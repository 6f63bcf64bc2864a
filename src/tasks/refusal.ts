import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { AttemptRef } from './attempt-schema.ts';
import type { TaskState } from './schema.ts';

type Standing = {
  state: TaskState;
  current_epoch: number;
  outcome: string | null;
  report_hash: string | null;
};

const STANDING_SQL = `
  select coalesce(l.state, o.state) as state, coalesce(l.epoch, o.epoch) as current_epoch, a.outcome,
    encode(a.report_hash, 'hex') as report_hash
  from attempts a
  left join live_tasks l on l.id = a.task_id
  left join outcomes o on o.task_id = a.task_id
  where a.task_id = $1 and a.epoch = $2 and a.holder_id = $3`;

/**
 * Says why a report changed nothing. Answers quietly when this very attempt had reported the same before.
 * Refuses: not_found (never granted to this holder), outcome_conflict (it reported something else before),
 * lease_lost with `current_epoch` (somebody else decided first: the holder must drop its work).
 */
export async function explainRefusal(
  db: Db,
  { zombie_reports_total }: Metrics,
  ref: AttemptRef & { holder_id: string },
  reportHash?: string,
): Promise<{ state: TaskState; duplicate: true }> {
  const [standing] = await db.query<Standing>(STANDING_SQL, [ref.task_id, ref.epoch, ref.holder_id]);
  if (!standing)
    throw new AppError('not_found', `Attempt ${ref.epoch} of task ${ref.task_id} was not granted to this runner.`);
  const reported = standing.report_hash !== null;
  if (reported && standing.report_hash === reportHash) return { state: standing.state, duplicate: true };
  if (reported && reportHash) throw outcomeConflict(standing);
  zombie_reports_total.inc();
  throw leaseLost(ref, standing);
}

const outcomeConflict = (standing: Standing): AppError =>
  new AppError('outcome_conflict', `This attempt has already reported ${standing.outcome}; that outcome stands.`);

const leaseLost = (ref: AttemptRef, standing: Standing): AppError =>
  new AppError(
    'lease_lost',
    `Attempt ${ref.epoch} ended as ${standing.outcome ?? 'unknown'}; stop the work and drop its result.`,
    {
      members: { current_epoch: standing.current_epoch, state: standing.state },
    },
  );
