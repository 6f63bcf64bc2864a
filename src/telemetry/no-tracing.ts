import type { Tracing } from './tracing.ts';

/** Tracing that is off: it loads nothing and keeps nothing. */
export const NO_TRACING: Tracing = { isOn: false, begin: () => undefined, close: async () => {} };
