import { ALERTS } from './guards/alerts.ts';
import { CLAIM } from './guards/claim.ts';
import { DOOR } from './guards/door.ts';
import { EGRESS } from './guards/egress.ts';
import { HOLDER } from './guards/holder.ts';
import { SETTLE } from './guards/settle.ts';
import type { Mutant } from './mutant.ts';

/** One-line weakenings of the statements and guards on which the contract rests; the tests must notice every one. */
export const MUTANTS: Mutant[] = [...SETTLE, ...CLAIM, ...HOLDER, ...DOOR, ...EGRESS, ...ALERTS];
