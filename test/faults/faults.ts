import { DATABASE_FAULTS } from './cases/database/faults.ts';
import { none } from './cases/process/none.ts';
import type { Fault } from './fault.ts';

/** Every fault, in the order of the table. */
export const FAULTS: Fault[] = [none, ...DATABASE_FAULTS];
