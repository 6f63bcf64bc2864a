import { BREAKS } from './breaks.ts';
import type { Evil } from './evil.ts';
import { LIES } from './lies.ts';
import { REFUSALS } from './refusals.ts';
import { SILENCE } from './silence.ts';
import { TOO_MUCH } from './too-much.ts';

/** Every way to behave badly, by the first part of the URL's path. */
export const EVILS: Record<string, Evil> = { ...SILENCE, ...BREAKS, ...TOO_MUCH, ...REFUSALS, ...LIES };
