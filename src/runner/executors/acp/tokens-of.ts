import type { Usage } from '../executor.ts';
import type { Turn } from './converse.ts';
import type { SessionTranscript } from './session-transcript.ts';

/** Tokens of all turns and the cost of the session, as far as the agent tells them. */
export function tokensOf({ turns, transcript }: { turns: Turn[]; transcript: SessionTranscript }): Usage {
  const sum = (name: keyof NonNullable<Turn['usage']>): number | undefined => {
    const counts = turns.map(({ usage }) => usage?.[name]).filter((count) => typeof count === 'number');
    return counts.length ? counts.reduce((total, count) => total + count, 0) : undefined;
  };
  const { cost } = transcript;
  return Object.fromEntries(
    Object.entries({
      turns: turns.length,
      input_tokens: sum('inputTokens'),
      output_tokens: sum('outputTokens'),
      cached_tokens: sum('cachedReadTokens'),
      thought_tokens: sum('thoughtTokens'),
      cost: cost?.amount,
      currency: cost?.currency,
    }).filter(([, value]) => value !== undefined),
  ) as Usage;
}
