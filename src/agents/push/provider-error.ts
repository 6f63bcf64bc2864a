/**
 * unreachable: no connection came about, or the address must not be called, so the server has done nothing. transport: the
 * connection broke or took too long, or the server itself failed (5xx, or an error in mid-stream). overloaded: the server
 * said so (429, 503). bad_key: it does not take the key (401). refused: it understood and said no, as to a prompt that is
 * too long. result_too_large: its answer is longer than the result of a task can be. model_missing: it does not have the
 * model (any more). protocol: what it sent is not what its protocol says.
 */
export type ProviderFailure =
  | 'unreachable'
  | 'transport'
  | 'overloaded'
  | 'bad_key'
  | 'refused'
  | 'result_too_large'
  | 'model_missing'
  | 'protocol';

/** Whatever a model server did wrong, as one sentence for the person who asked; the key is never in it. */
export class ProviderError extends Error {
  readonly failure: ProviderFailure;
  /** Milliseconds after which the server wants to be asked again, when it said so. */
  readonly retryAfterMs: number | null;

  constructor(failure: ProviderFailure, sentence: string, { cause, retryAfterMs = null }: Extras = {}) {
    super(sentence, { cause });
    this.name = 'ProviderError';
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }
}

type Extras = { cause?: unknown; retryAfterMs?: number | null };
