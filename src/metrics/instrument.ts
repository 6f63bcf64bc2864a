import type { Counter, Gauge, Histogram } from 'prom-client';

/** What is measured: one entry of `INSTRUMENTS`. */
export type Instrument = {
  kind: 'counter' | 'gauge' | 'histogram';
  /** One sentence, for /api/metrics and the documents; no quotes, since the formats escape them differently. */
  help: string;
  /** Each label and what its values are; there must be an end to them. */
  labels: Readonly<Record<string, string>>;
  /** Upper bounds of a histogram, in its unit. */
  buckets?: readonly number[];
  /** Read from the database: the same on every replica, and absent while the database does not answer. */
  fleet?: true;
};

/** An instrument as the code that counts uses it. */
export type InstrumentOf<I extends Instrument> = I['kind'] extends 'counter'
  ? Counter<keyof I['labels'] & string>
  : I['kind'] extends 'gauge'
    ? Gauge<keyof I['labels'] & string>
    : Histogram<keyof I['labels'] & string>;
