import { TERMINAL_EVENTS } from '../events/schema.ts';

const ENDS = TERMINAL_EVENTS.map((type) => `'${type}'`).join(', ');

/** A statement that adds those of `events`, a table or a query in brackets, that end a task to the totals. */
export const addToTotals = (events: string): string => `
  insert into task_totals (project_id, outcome, total)
  select project_id, substr(type, 6), count(*) from ${events} e
  where type in (${ENDS})
  group by 1, 2
  on conflict (project_id, outcome) do update set total = task_totals.total + excluded.total`;
