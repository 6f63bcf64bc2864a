import type { AlertRow } from './alert-columns.ts';
import { runbookOf } from './rules.ts';
import type { AlertView } from './schema.ts';

/** A row of `alerts` as it is shown. */
export const toView = (row: AlertRow): AlertView => ({ ...row, runbook: runbookOf(row.rule) });
