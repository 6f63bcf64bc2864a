import { ConfigError } from '../config.ts';
import { CliError } from './cli-error.ts';
import type { Exit } from './exit-codes.ts';

/** What a person is told: one line, perhaps more about it and a hint; and how the process ends. */
export type Explanation = { line: string; details: string[]; hint: string | undefined; exit: Exit };

type Problem = Error & { code?: unknown; errors?: { path: string; message: string }[] };

const AWAY = ['unreachable', 'timeout', 'unavailable', 'draining'];
const HINTS: Record<string, string> = {
  unreachable: 'Is it running? Start it with `whoosh serve`, or name another one with --server or WHOOSH_URL.',
  unauthenticated: 'Give a valid key with --key or WHOOSH_API_KEY. `whoosh key create` makes one.',
  unsatisfiable:
    '`whoosh agent list` shows who there is. With --allow-unsatisfiable the task waits for an agent to come.',
  idempotency_key_reused: 'The key stands for another request: choose a new one.',
  queue_full:
    'Wait until some of its tasks have ended, or allow more: `whoosh project update <project> --max-unfinished-tasks`.',
  enrolment_used: 'Create a new token: `whoosh runner enrol`.',
  internal: 'This is a defect in WHOOSH. WHOOSH_LOG_LEVEL=debug shows where; please report it.',
};

// OpenSSL's words, by way of Node, for a certificate that no authority it trusts has signed.
const UNSIGNED = /self-signed certificate|unable to (verify the first|get local issuer) certificate/;
const UNSIGNED_HINT =
  'Name the file of its certificate, or of who signed it, in NODE_EXTRA_CA_CERTS: docs/operate/https.md.';

/** Says of any error what happened and what to do, without a stack. */
export function explainError(thrown: unknown): Explanation {
  const error = thrown as Problem;
  if (error instanceof ConfigError) return { ...explain(error, 'invalid_setting'), exit: 'settings' };
  if (error instanceof CliError) return { ...explain(error, error.code), hint: error.hint, exit: error.exit };
  const code = codeOf(error);
  const hint = UNSIGNED.test(error.message) ? UNSIGNED_HINT : HINTS[code];
  return { ...explain(error, code), hint, exit: AWAY.includes(code) ? 'unreachable' : 'failed' };
}

function explain({ message, errors = [] }: Problem, code: string): Explanation {
  const [first = '', ...rest] = message.split('\n');
  const fields = errors.map((field) => `${field.path}: ${field.message}`);
  return { line: `error: ${first} (${code})`, details: [...rest, ...fields], hint: undefined, exit: 'failed' };
}

// What the parts throw on purpose has a code or is a plain Error; a TypeError and its like is a defect.
function codeOf(error: Problem): string {
  if (typeof error.code === 'string') return error.code;
  const cause = (error.cause ?? {}) as Problem;
  if (typeof cause.code === 'string') return cause.code;
  return ['Error', 'RunnerError'].includes(error.name) ? 'failed' : 'internal';
}
