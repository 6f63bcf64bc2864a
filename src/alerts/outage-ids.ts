import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { Config } from '../config.ts';

/** With a cool-down of 0 as well, replicas notice an outage within this time of one another. */
const LEAST_WINDOW_MS = 60_000;

/**
 * Ids that replicas of one fleet make alike without asking one another: from the address of their database and the
 * window of a cool-down that `nowMs` lies in. Two that see the outage on different sides of its border differ.
 */
export function outageIds({ databaseUrl, dataDir, alertCooldownMs }: Config, nowMs: number) {
  const windowMs = Math.max(alertCooldownMs, LEAST_WINDOW_MS);
  const msecs = nowMs - (nowMs % windowMs);
  const place = databaseUrl?.replace(/\/\/[^/]*@/, '//') ?? dataDir;
  const of = (what: string): string =>
    uuid({ msecs, seq: 0, random: createHash('sha256').update(`${place}\n${msecs}\n${what}`).digest() });
  return { alert: of('alert'), of };
}
