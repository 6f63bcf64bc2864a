import type { AlertView } from './schema.ts';

/** A row of `alerts`: what an AlertView shows, but for the runbook. */
export type AlertRow = Omit<AlertView, 'runbook'>;

/** The columns of an AlertRow. */
export const ALERT_COLUMNS = `
  id, rule, subject, project_id, severity, state, summary, detail, opened_at, last_seen_at, count, notified_at,
  acknowledged_at, acknowledged_by, resolved_at, resolved_by`;
