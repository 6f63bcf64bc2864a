import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dialect } from '../../support/model-servers/dialects.ts';

/** One call of a chat that reached the evil agent. */
export type EvilCall = {
  dialect: Dialect;
  /** The one asked for. */
  model: string;
  /** Which call with this very prompt it is, from 1. */
  nth: number;
  req: IncomingMessage;
  res: ServerResponse;
  /** Begins a good answer: status and type. */
  head(headers?: Record<string, string>): void;
  /** A whole good answer: {@link RIGHT}. */
  answer(): void;
  /** Calls again and again, until the caller has gone. */
  every(ms: number, work: () => void): void;
  /** Writes as fast as the caller reads, until it has gone or `next` gives nothing. */
  flood(next: () => string | Buffer | undefined): void;
};

/** What a good answer says. */
export const RIGHT = 'Hello world';

/** What is to become of a task that meets it, with one attempt: its result, or the error that it fails with. */
export type Ending = { result: unknown } | { code: string; says: RegExp };

/** One way to behave badly. */
export type Evil = {
  answer(call: EvilCall): void | Promise<void>;
  ending: Ending;
  /** Where a dialect makes a difference. */
  ollama?: Ending;
  openai?: Ending;
  /** Speaks only this dialect. */
  only?: Dialect['kind'];
  /** Costs a second of the processor and more. */
  heavy?: true;
};

/** What an evil does to a task over a dialect. */
export const endingOf = (evil: Evil, kind: Dialect['kind']): Ending => evil[kind] ?? evil.ending;
