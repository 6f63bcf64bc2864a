import type { AlertMessage } from './message.ts';
import type { Notifier } from './notifier.ts';

/** How long one try may take in all. */
const LIMIT_MS = 20_000;
const SHOWN = 500;

/** What became of one try. */
export type Tried = { delivered: boolean; answer: string };

/** Sends once and tells what came of it; never rejects. `stop` ends it early. */
export async function trySend(
  notifier: Notifier,
  id: string,
  message: AlertMessage,
  stop?: AbortSignal,
): Promise<Tried> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const signal = stop ? AbortSignal.any([stop, limit]) : limit;
  try {
    return { delivered: true, answer: shown(await notifier.send(id, message, signal)) };
  } catch (error) {
    // Whatever it is, the operator is told and the next try may do better.
    const sentence = limit.aborted ? `No answer within ${LIMIT_MS / 1000} s.` : (error as Error).message;
    return { delivered: false, answer: shown(sentence) };
  }
}

const shown = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, SHOWN)
    .toWellFormed();
