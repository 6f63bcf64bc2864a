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
const LONGEST_MESSAGE = 400;
/** Characters before the words of the limit, such as "API Error: ". */
const LATEST_BEGINNING = 30;

/**
 * What an error of a CLI, or its last lines, say about a limit that is reached; undefined when they say nothing of it. The
 * time lies between half a minute and eight days ahead.
 */
export function findLimit(text: string, now: Date): ReachedLimit | undefined {
  return text.length > LONGEST_TEXT ? undefined : search(text, now)?.limit;
}

/**
 * The same for what an agent says, which may speak of limits in its work: only a short message that begins with the limit
 * and tells its end, or is the known sentence of a CLI, counts. A task that was handed back for its own words would never
 * end.
 */
export function findLimitInMessage(message: string, now: Date): ReachedLimit | undefined {
  if (message.length > LONGEST_MESSAGE) return undefined;
  const found = search(message, now);
  const isSentence = found && (found.isTold || found.pattern.source.startsWith('^')) && found.index <= LATEST_BEGINNING;
  return isSentence ? found.limit : undefined;
}

function search(text: string, now: Date) {
  for (const { pattern } of LIMIT_PATTERNS) {
    const match = pattern.exec(text);
    if (!match) continue;
    const told = match.groups?.when === undefined ? undefined : resetTime(match.groups.when, now);
    // "resets soon" says no time; a later pattern may still say that there is a limit.
    if (match.groups?.when !== undefined && !told) continue;
    const parked_until = within(told ?? new Date(now.getTime() + UNTOLD_MS), now);
    const limit = { parked_until, sentence: sentenceOf(text, match) };
    return { limit, isTold: told !== undefined, pattern, index: match.index };
  }
  return undefined;
}

const within = (at: Date, now: Date): Date =>
  new Date(Math.min(Math.max(at.getTime(), now.getTime() + SHORTEST_MS), now.getTime() + LONGEST_MS));

const sentenceOf = (text: string, { index }: RegExpExecArray): string => {
  const start = text.lastIndexOf('\n', index) + 1;
  return text.slice(start).split('\n')[0]!.trim().slice(0, 300);
};
