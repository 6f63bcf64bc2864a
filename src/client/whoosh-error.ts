type Answer = {
  code: string;
  /** HTTP status; 0 when no answer came. */
  status?: number;
  errors?: { path: string; message: string }[];
  /** Seconds that the server asks to wait before a repeat. */
  retryAfter?: number | undefined;
  /** Further members of the problem document, such as `current_epoch` or `request_id`. */
  members?: Record<string, unknown>;
  cause?: unknown;
};

/**
 * What a call to a WHOOSH server throws. `code` is the server's own (docs/errors.md), or one of three that only a client
 * meets: `unreachable` (no connection, or it broke), `timeout` (no answer in time) and `unexpected_answer` (something
 * other than WHOOSH answered, such as a proxy). `message` is the sentence for a person.
 */
export class WhooshError extends Error {
  readonly code: string;
  readonly status: number;
  readonly errors: { path: string; message: string }[];
  readonly retryAfter: number | undefined;
  readonly members: Record<string, unknown>;

  constructor(detail: string, { code, status = 0, errors = [], retryAfter, members = {}, cause }: Answer) {
    super(detail, { cause });
    this.name = 'WhooshError';
    this.code = code;
    this.status = status;
    this.errors = errors;
    this.retryAfter = retryAfter;
    this.members = members;
  }

  /** The same sentence under the name it has on the wire. */
  get detail(): string {
    return this.message;
  }
}
