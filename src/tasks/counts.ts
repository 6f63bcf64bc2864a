/** Whether an attempt counts, as SQL: all do but those that their holder handed back. One not started in time has an error. */
export const COUNTS = `(outcome is distinct from 'released' or error is not null)`;
