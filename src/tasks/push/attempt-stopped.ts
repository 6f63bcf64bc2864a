/**
 * Why a call is ended from outside. cancelled: somebody asked. released: the agent may not be called any more, or this
 * replica stops. lost: the lease is another's, so nothing is reported. timeout: it took longer than it may.
 */
type Why = 'cancelled' | 'released' | 'lost' | 'timeout';

/** The reason of an aborted attempt's signal. */
export class AttemptStopped extends Error {
  readonly why: Why;

  constructor(why: Why) {
    super(`The attempt was stopped: ${why}.`);
    this.name = 'AttemptStopped';
    this.why = why;
  }
}
