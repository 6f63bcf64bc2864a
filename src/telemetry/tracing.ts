/** A span about to begin. Attributes are ids, names, states and counts; never what a task asks, answers or keeps secret. */
export type SpanStart = {
  name: string;
  kind?: 'server' | 'client' | 'internal';
  /** Of the span that it is part of; without one it begins a trace. */
  parent?: string | null | undefined;
  /** Hex, when others must know it before it begins; else a random one. */
  spanId?: string;
  /** When it began, if that was not now. */
  at?: Date;
  attributes?: Attributes;
};
export type Attributes = Record<string, string | number | boolean | string[] | undefined>;

/** A span that has begun. */
export type OpenSpan = {
  /** For what is done on its behalf. */
  traceparent: string;
  /** `error`: it failed, and by which code; never a sentence, which may hold what it should not. */
  end(how?: { attributes?: Attributes; error?: string | null | undefined; at?: Date }): void;
};

/** The traces of a process: see docs/operate/traces.md. Nothing of it throws, waits, or slows down what it tells of. */
export type Tracing = {
  /** Whether spans are kept at all. Off, traceparents are still passed on, from whoever submits to whoever works. */
  isOn: boolean;
  /** Begins a span; undefined when tracing is off. */
  begin(start: SpanStart): OpenSpan | undefined;
  /** Sends what is left, for three seconds at most. */
  close(): Promise<void>;
};
