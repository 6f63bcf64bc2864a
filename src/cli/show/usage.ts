import type { Attempt } from '../../client/task-calls.ts';
import { oneLine } from './one-line.ts';

/** What a call of a model took, in a few words; empty for anything else. */
export function showUsage(usage: Attempt['usage']): string {
  if (typeof usage?.model !== 'string') return '';
  const { model, input_tokens, output_tokens, tokens_per_second, cost, currency } = usage;
  const words = [
    oneLine(model),
    input_tokens != null && `${input_tokens} tokens in`,
    output_tokens != null && `${output_tokens} out`,
    tokens_per_second != null && `${tokens_per_second}/s`,
    cost != null && `${cost} ${currency}`,
  ];
  return words.filter(Boolean).join(', ');
}
