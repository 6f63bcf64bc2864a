import type { Fault } from '../../fault.ts';

/** What the harness shows when nothing goes wrong. */
export const none: Fault = {
  name: 'none',
  what: 'Nothing: the standard load alone',
  harmless: true,
  async harm() {},
};
