import pg from 'pg';
import { AppError } from '../errors.ts';

// Sentences name no host, user or database: they reach API clients. The cause, which does, goes to the log.
const SENTENCES = {
  away: 'The database cannot be reached now. Try again.',
  // Told to callers as any other absence: what is wrong with a certificate is for the log.
  tls: 'The database cannot be reached now. Try again.',
  slow: 'The database did not answer in time. Try again.',
  full: 'The database has no free connection. Try again.',
  contended: 'Others are changing the same in the database. Try again.',
  read_only: 'The database accepts no writes now (a standby, or a failover under way). Try again.',
  resources: 'The database is out of memory or disk space. Try again when its operator has made room.',
} as const;

/** Why the database did not serve: a label of metrics, so the list is short and closed. */
export type FailureKind = keyof typeof SENTENCES;

/** `unavailable`, with `retryAfter` 1 s, as this room throws it. */
export class DatabaseUnavailable extends AppError {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, cause: unknown) {
    super('unavailable', SENTENCES[kind], { cause, retryAfter: 1 });
    this.kind = kind;
  }
}

const BY_SQLSTATE: Record<string, FailureKind> = {
  '57P01': 'away', // an administrator ended the connection
  '57P02': 'away', // another backend crashed
  '57P03': 'away', // starting up, shutting down or recovering
  '57P05': 'away', // idle session time-out
  '25P03': 'slow', // idle in transaction for too long
  '57014': 'slow', // statement time-out
  '25006': 'read_only',
  '53000': 'resources',
  '53100': 'resources',
  '53200': 'resources',
  '53300': 'full',
  '53400': 'resources',
};

// pg has no codes for these; the texts are checked by the tests in pool.test.ts.
const SLOW_TEXT = /Query read timeout|timeout expired|connection timeout/;
const FULL_TEXT = /timeout exceeded when trying to connect/;
const CLOSED_TEXT = /after calling end on the pool/;
const AWAY_TEXT = /Connection terminated|not queryable/;
const TLS_TEXT = /SSL connection/;
// Of Node and of OpenSSL: SELF_SIGNED_CERT_IN_CHAIN, UNABLE_TO_VERIFY_LEAF_SIGNATURE, ERR_TLS_CERT_ALTNAME_INVALID ...
const TLS_CODE = /CERT|^UNABLE_TO_|^ERR_(TLS|SSL)_/;

function kindOf(error: unknown): FailureKind | undefined {
  if (!(error instanceof Error) || error instanceof AppError) return undefined;
  const { code = '', severity } = error as pg.DatabaseError;
  if (error instanceof pg.DatabaseError) {
    const fatal = severity === 'FATAL' || severity === 'PANIC' || code.startsWith('08');
    return BY_SQLSTATE[code] ?? (fatal ? 'away' : undefined);
  }
  if (FULL_TEXT.test(error.message)) return 'full';
  if (SLOW_TEXT.test(error.message)) return 'slow';
  if (TLS_TEXT.test(error.message) || TLS_CODE.test(code)) return 'tls';
  if (AWAY_TEXT.test(error.message) || CLOSED_TEXT.test(error.message)) return 'away';
  // System errors (ECONNREFUSED, EAI_AGAIN ...) carry the system call; the rest of Node's codes start with ERR_.
  return 'syscall' in error || error instanceof AggregateError ? 'away' : undefined;
}

/** Whether the pool itself had no connection to give: all are lent, or it is closed. No server is to blame for that. */
export const isRefusedByPool = ({ message }: Error): boolean => FULL_TEXT.test(message) || CLOSED_TEXT.test(message);

/** What a failure to connect at all means: `unavailable`, whatever the reason (TLS, password, address, no server). */
export function asConnectRefusal(error: unknown): unknown {
  const refusal = asUnavailable(error);
  // A TypeError is a defect, such as a URL that cannot be parsed: no second try will mend it.
  if (refusal !== error || error instanceof TypeError || error instanceof AppError) return refusal;
  return new DatabaseUnavailable('away', error);
}

/**
 * Turns an error of the connection kind into `unavailable`; any other error is returned as it is.
 * The connection kind: refused, ended, timed out, no connection left, read-only, server starting or out of resources.
 */
export function asUnavailable(error: unknown): unknown {
  const kind = kindOf(error);
  return kind === undefined ? error : new DatabaseUnavailable(kind, error);
}

/** What a deadlock or serialization failure means to the caller when trying again did not help. */
export const asContended = (error: unknown): DatabaseUnavailable => new DatabaseUnavailable('contended', error);
