import { backoffMs } from '../../../src/lib/backoff.ts';
import type { Chance } from '../../support/chance.ts';

/**
 * Milliseconds before a call is repeated that has failed so often. As the SDK does, longer and longer: with a fixed pause a
 * stall of a minute made 2,000 waiting clients send 10,000 calls a second, and the laboratory was what never recovered.
 */
export const waitBefore = (failures: number, chance: Chance): number =>
  backoffMs(failures, { baseMs: 100, capMs: 3000, random: chance.next() });
