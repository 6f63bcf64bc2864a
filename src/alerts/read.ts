import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { ALERT_COLUMNS, type AlertRow } from './alert-columns.ts';
import type { AlertDetailView } from './schema.ts';
import { toView } from './to-view.ts';

const READ_SQL = `select ${ALERT_COLUMNS} from alerts where id = $1 and ($2::uuid is null or project_id = $2)`;

const DELIVERIES_SQL = `
  select id, notifier, attempts, delivered_at, gave_up_at,
    case when delivered_at is null and gave_up_at is null then next_attempt_at end as next_attempt_at, answer
  from alert_deliveries where alert_id = $1 order by created_at, id`;

/**
 * One alert and whom it was told to. A credential of one project sees alerts of that project only, and not what the
 * operator's receivers answered. Refuses: not_found.
 */
export async function readAlert(db: Db, id: string, projectId: string | null): Promise<AlertDetailView> {
  const [row] = await db.query<AlertRow>(READ_SQL, [id, projectId]);
  if (!row) throw new AppError('not_found', `There is no alert ${id}.`);
  const deliveries =
    projectId === null ? await db.query<AlertDetailView['deliveries'][number]>(DELIVERIES_SQL, [id]) : [];
  return { ...toView(row), deliveries };
}
