import { runbookOf } from './rules.ts';
import type { AlertView } from './schema.ts';

/** A row of `alerts` as it is shown. */
export const toView = (row: Omit<AlertView, 'runbook'>): AlertView => ({ ...row, runbook: runbookOf(row.rule) });
