/** An AlertView of a row of `alerts`, but for the runbook. */
export const ALERT_COLUMNS = `
  id, rule, subject, project_id, severity, state, summary, detail, opened_at, last_seen_at, count, notified_at,
  acknowledged_at, acknowledged_by, resolved_at, resolved_by`;
