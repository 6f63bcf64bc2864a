/**
 * Every way WHOOSH refuses: code -> HTTP status and one line that says who meets it and what to do. The table is the
 * only place where a code gets a status; docs/errors.md is generated from it and the SDK rethrows the same codes.
 */
export const ERRORS = {
  invalid_request: [
    422,
    'The request breaks the documented shape. `errors[]` names each field; correct it and send it again.',
  ],
  malformed_json: [400, 'The body is not JSON. Send valid JSON with `Content-Type: application/json`.'],
  json_too_deep: [422, 'The JSON nests deeper than 64 levels. Flatten it, or upload it as an artifact.'],
  body_too_large: [413, 'The body is over its limit (1 MiB, artifacts 100 MiB). Send less, or upload an artifact.'],
  input_too_large: [
    413,
    'A task may carry 256 KiB of title, prompt and input. Put the rest in the repository or in an artifact.',
  ],
  result_too_large: [413, 'A result may be 1 MiB. Upload the rest as an artifact and refer to it.'],
  artifacts_full: [413, 'The artifacts of one attempt may be 200 files of 1 GiB in all. Pack them, or leave some out.'],
  log_line_too_large: [413, 'One log entry may be 16 KiB. Split it.'],
  unsupported_media_type: [
    415,
    'The route takes application/json (artifacts: application/octet-stream or any type but JSON).',
  ],
  malformed_http: [400, 'What came was no HTTP request. Is it TLS on a port without, or the other way round?'],
  request_timeout: [408, 'The headers did not arrive within 15 s, or the body within five minutes. Send it again.'],
  headers_too_large: [431, 'The URL and the headers may have 16 KiB together. Put the rest into the body.'],
  unauthenticated: [401, 'No valid credential came with the request. Send `Authorization: Bearer whk_...`.'],
  forbidden: [
    403,
    'The credential is valid but its role does not allow this. Ask an admin for a key with the role named in `detail`.',
  ],
  not_found: [404, 'There is no such thing, or it belongs to a project your credential cannot see.'],
  method_not_allowed: [405, 'The path exists, but not with this method.'],
  idempotency_key_reused: [
    422,
    'The Idempotency-Key was used before with another body. Use a new key for a new request.',
  ],
  unsatisfiable: [
    422,
    'No agent known today could ever satisfy the needs. Correct them, add an agent, or submit with `allow_unsatisfiable`.',
  ],
  unknown_dependency: [422, 'A task in `depends_on` does not exist in this project. Check the id or the ref.'],
  dependency_cycle: [422, 'The dependencies of the batch form a cycle, named in `detail`. Break it.'],
  invalid_schema: [422, '`result_schema` is not a usable JSON Schema. `detail` says where.'],
  slug_taken: [409, 'Another project has this slug. Choose another.'],
  name_taken: [409, 'Another model server of the project has this name. Choose another, or change that one.'],
  agents_full: [409, 'A project may have 100 model servers that nobody has approved. Approve some, or remove them.'],
  secret_unusable: [409, 'A stored key cannot be opened by this server. Give it again, or mend SECRETS_KEY.'],
  invalid_state: [
    409,
    'The thing is in a state that does not allow this; `detail` says which. For tasks, docs/task-lifecycle.md has the table of moves.',
  ],
  lease_lost: [
    409,
    'The attempt no longer holds the lease (`current_epoch` is newer). The holder MUST stop the work and drop its result.',
  ],
  outcome_conflict: [409, 'This attempt already reported another outcome; the first one stands.'],
  subtask_limit: [
    409,
    'A task may have 20 sub-tasks, and these may have sub-tasks of their own three levels deep. Do the rest within the attempt.',
  ],
  questions_full: [
    409,
    'A task may ask 100 questions, and have 20 pending at a time. Have some answered, or put several into one.',
  ],
  messages_full: [409, 'A task may have 100 messages that no attempt has taken. Wait until it has taken some.'],
  events_restarted: [
    410,
    'The database was restored from a back-up, and the event of Last-Event-ID is of the history before. Read the state anew and follow without it.',
  ],
  session_superseded: [409, 'A newer process of the same runner has opened a session. The older one must stop.'],
  enrolment_used: [410, 'The enrolment token was used or has expired. Create a new one: `whoosh runner enrol`.'],
  queue_full: [
    429,
    'The project has as many unfinished tasks as it may. Retry after the time in `Retry-After`, or raise the cap.',
  ],
  rate_limited: [
    429,
    'The caller has used up its requests of this minute. Retry after `Retry-After`; `detail` names the limit, RATE_LIMIT_* sets it.',
  ],
  unavailable: [
    503,
    'The server cannot serve this now (database away or overload). Retry after `Retry-After`; nothing was lost.',
  ],
  draining: [
    503,
    'This replica is shutting down. Retry after `Retry-After`; another replica or the next start answers.',
  ],
  internal: [500, 'A defect in WHOOSH. The log holds the request id; please report it.'],
} as const satisfies Record<string, readonly [status: number, meaning: string]>;

export type ErrorCode = keyof typeof ERRORS;

type Extras = {
  cause?: unknown;
  /** One entry a field: where it is (`needs.labels.0.op`) and what was expected. */
  errors?: { path: string; message: string }[];
  /** Seconds until a repeat makes sense; sent as the Retry-After header. */
  retryAfter?: number;
  /** More headers of the answer. */
  headers?: Record<string, string>;
  /** More members of the problem document, such as `current_epoch`. */
  members?: Record<string, unknown>;
};

/** The one error that WHOOSH throws on purpose: a code from the closed list and a sentence for the person who meets it. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly extras: Extras;

  constructor(code: ErrorCode, sentence: string, extras: Extras = {}) {
    super(sentence, { cause: extras.cause });
    this.name = 'AppError';
    this.code = code;
    this.extras = extras;
  }

  get status(): number {
    return ERRORS[this.code][0];
  }
}
