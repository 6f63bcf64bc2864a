import { InvalidArgumentError } from 'commander';

type Prices = Record<string, { input_per_million: number; output_per_million: number }>;

/** `MODEL=IN/OUT`, US dollars for a million tokens of each, given once or several times, as one object. */
export function parsePrice(text: string, before: Prices = {}): Prices {
  const [, model, input, output] = /^(.+)=(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (!model) throw new InvalidArgumentError('Expected MODEL=IN/OUT, such as gpt-5-mini=0.25/2.');
  return { ...before, [model]: { input_per_million: Number(input), output_per_million: Number(output) } };
}
