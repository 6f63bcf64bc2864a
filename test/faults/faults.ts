import { none } from './cases/process/none.ts';
import type { Fault } from './fault.ts';

/** Every fault, in the order of the table. */
export const FAULTS: Fault[] = [none];
