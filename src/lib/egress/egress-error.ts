/**
 * forbidden_address: the policy does not let this server call there. unreachable: no connection came about. timeout: it
 * stayed silent for too long. broken: the connection, or what came over it, broke off or cannot be read. too_large: more
 * came than the caps allow. redirected: it answered with a redirect. bad_url: it cannot be asked at all.
 */
export type EgressFailure =
  | 'forbidden_address'
  | 'unreachable'
  | 'timeout'
  | 'broken'
  | 'too_large'
  | 'redirected'
  | 'bad_url';

/** Why a call to an address that a person gave did not end well, as one sentence; credentials are never in it. */
export class EgressError extends Error {
  readonly failure: EgressFailure;

  constructor(failure: EgressFailure, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = 'EgressError';
    this.failure = failure;
  }
}
