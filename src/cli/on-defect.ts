import type { Log } from '../lib/log.ts';
import { EXIT_CODES } from './exit-codes.ts';

/** What cannot be handed back by then comes back by its lease. */
const FAREWELL_MS = 10_000;

/**
 * From now on an error that nobody caught is logged, `handBack` gets ten seconds, and the process ends with 70: after such an
 * error nobody knows what still holds, and whatever started the process starts it anew. Returns what ends that.
 */
export function onDefect(log: Log, handBack: () => Promise<unknown>): () => void {
  let isEnding = false;
  const meet = (error: unknown, origin: string) => {
    log.fatal({ err: error, origin }, 'An error that nobody caught: this process hands back its work and ends');
    // What else breaks while it ends is told, and changes nothing.
    if (isEnding) return;
    isEnding = true;
    const end = () => process.exit(EXIT_CODES.defect[0]);
    setTimeout(end, FAREWELL_MS);
    handBack().then(end, end);
  };
  // Rejections that nobody handles come here as well.
  process.on('uncaughtException', meet);
  return () => void process.off('uncaughtException', meet);
}
