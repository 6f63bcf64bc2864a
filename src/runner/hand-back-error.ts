/**
 * Why an attempt is handed back without counting: its agent cannot work now, for a reason that every other task would
 * meet as well.
 */
export type HandBackReason =
  | { kind: 'signed_out'; sentence: string }
  | { kind: 'limit_reached'; parked_until: Date; sentence: string };

/** Thrown by an executor: the task is not to blame, and goes back to the queue. */
export class HandBack extends Error {
  readonly reason: HandBackReason;

  constructor(reason: HandBackReason) {
    super(reason.sentence);
    this.name = 'HandBack';
    this.reason = reason;
  }
}
