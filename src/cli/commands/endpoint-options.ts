import type { components } from '../../client/api.gen.ts';

/** What `whoosh agent add` and `update` say of a model server, as it comes from the command line. */
export type EndpointOptions = {
  maxConcurrent?: number;
  capability?: string[];
  label?: Record<string, string>;
  price?: Record<string, { input_per_million: number; output_per_million: number }>;
};

type Change = Pick<components['schemas']['ChangeAgent'], 'max_concurrent' | 'capabilities' | 'labels' | 'prices'>;

/** The same as the API takes it; what was not given is absent. */
export const toChange = ({ maxConcurrent, capability, label, price }: EndpointOptions): Change => ({
  ...(maxConcurrent !== undefined && { max_concurrent: maxConcurrent }),
  ...(capability && { capabilities: capability }),
  ...(label && { labels: label }),
  ...(price && { prices: price }),
});
