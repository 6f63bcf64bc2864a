import { LIMIT_PATTERNS } from './limit-patterns.ts';
import { resetTime } from './reset-time.ts';

/** The limit of an account, as a CLI told it. */
export type ReachedLimit = { parked_until: Date; sentence: string };

/** Where nothing says when the limit ends, this is when the next task tries. */
const UNTOLD_MS = 15 * 60_000;
const SHORTEST_MS = 30_000;
const LONGEST_MS = 8 * 86_400_000;
/** Longer texts speak of limits; they are not the sentence of one. */
const LONGEST_TEXT = 2_000;

/**
 * What a text of a CLI (an error, its last message, its last lines) says about a limit that is reached; undefined when it
 * says nothing of it. The time lies between half a minute and eight days ahead.
 */
export function findLimit(text: string, now: Date): ReachedLimit | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  for (const { pattern } of LIMIT_PATTERNS) {
    const match = pattern.exec(text);
    if (!match) continue;
    const told = match.groups?.when === undefined ? undefined : resetTime(match.groups.when, now);
    // "resets soon" says no time; a later pattern may still say that there is a limit.
    if (match.groups?.when !== undefined && !told) continue;
    return {
      parked_until: within(told ?? new Date(now.getTime() + UNTOLD_MS), now),
      sentence: sentenceOf(text, match),
    };
  }
  return undefined;
}

const within = (at: Date, now: Date): Date =>
  new Date(Math.min(Math.max(at.getTime(), now.getTime() + SHORTEST_MS), now.getTime() + LONGEST_MS));

const sentenceOf = (text: string, { index }: RegExpExecArray): string => {
  const start = text.lastIndexOf('\n', index) + 1;
  return text.slice(start).split('\n')[0]!.trim().slice(0, 300);
};
