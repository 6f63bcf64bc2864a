import type { Db } from '../db/database.ts';
import { ALERT_COLUMNS, type AlertRow } from './alert-columns.ts';
import type { AlertView } from './schema.ts';
import { toView } from './to-view.ts';

export type AlertFilter = {
  /** null: of all projects, and of the fleet. */
  project_id: string | null;
  rule: string | null;
  state: AlertView['state'] | 'unresolved' | 'all';
  /** The last alert of the page before. */
  after_id: string | null;
  limit: number;
};

const LIST_SQL = `
  select ${ALERT_COLUMNS} from alerts
  where ($1::uuid is null or project_id = $1) and ($2::text is null or rule = $2)
    and case $3 when 'all' then true when 'unresolved' then state <> 'resolved' else state = $3 end
    and ($4::uuid is null or id < $4)
  order by id desc limit $5`;

/** Alerts, newest first. */
export async function listAlerts(db: Db, { project_id, rule, state, after_id, limit }: AlertFilter) {
  const rows = await db.query<AlertRow>(LIST_SQL, [project_id, rule, state, after_id, limit]);
  return rows.map(toView);
}
