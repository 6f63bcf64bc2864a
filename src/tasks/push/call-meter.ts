import type { TokenUsage } from '../../agents/push/provider.ts';
import type { Prices } from '../../agents/schema.ts';
import { cleanText } from '../../lib/clean-text.ts';

export type Usage = Record<string, number | string | null>;
type Told = { model: string; finish_reason?: string; repaired?: number };

/** Measures the calls of one attempt. */
export class CallMeter {
  readonly #begun = performance.now();
  #firstTokenAt: number | null = null;
  #input: number | null = null;
  #output: number | null = null;

  /** A piece of the answer came. */
  token(): void {
    this.#firstTokenAt ??= performance.now();
  }

  /** A call ended; of several the counts are added. */
  add({ input_tokens, output_tokens }: TokenUsage): void {
    this.#input = sum(this.#input, input_tokens);
    this.#output = sum(this.#output, output_tokens);
  }

  /** The attempt's usage: tokens as far as the server told, times in milliseconds, cost where the model has a price. */
  usage({ model, finish_reason, repaired }: Told, prices: Prices): Usage {
    const now = performance.now();
    const first = this.#firstTokenAt;
    return {
      model,
      ...(finish_reason !== undefined && { finish_reason: cleanText(finish_reason.slice(0, 1000)) }),
      input_tokens: this.#input,
      output_tokens: this.#output,
      duration_ms: Math.round(now - this.#begun),
      ...(first !== null && { time_to_first_token_ms: Math.round(first - this.#begun) }),
      ...(first !== null && this.#output && { tokens_per_second: perSecond(this.#output, now - first) }),
      ...this.#cost(model, prices),
      ...(repaired && { repaired }),
    };
  }

  #cost(model: string, prices: Prices): Usage {
    const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
    if (!price || this.#input === null) return {};
    const { input_per_million, output_per_million, currency } = price;
    return { cost: (this.#input * input_per_million + (this.#output ?? 0) * output_per_million) / 1e6, currency };
  }
}

const sum = (a: number | null, b: number | null): number | null => (b === null ? a : (a ?? 0) + b);

/** To one digit after the point; an answer that came in one piece has no speed worth telling beyond its tokens a millisecond. */
const perSecond = (tokens: number, ms: number): number => Math.round((tokens / Math.max(ms, 1)) * 10_000) / 10;
