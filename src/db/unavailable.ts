import pg from 'pg';
import { AppError } from '../errors.ts';

// Sentences name no host, user or database: they reach API clients. The cause, which does, goes to the log.
const AWAY = 'The database cannot be reached now. Try again.';
const SLOW = 'The database did not answer in time. Try again.';
const FULL = 'The database has no free connection. Try again.';
const CONTENDED = 'Others are changing the same in the database. Try again.';
const READ_ONLY = 'The database accepts no writes now (a standby, or a failover under way). Try again.';
const RESOURCES = 'The database is out of memory or disk space. Try again when its operator has made room.';

const BY_SQLSTATE: Record<string, string> = {
  '57P01': AWAY, // an administrator ended the connection
  '57P02': AWAY, // another backend crashed
  '57P03': AWAY, // starting up, shutting down or recovering
  '57P05': AWAY, // idle session time-out
  '25P03': SLOW, // idle in transaction for too long
  '57014': SLOW, // statement time-out
  '25006': READ_ONLY,
  '53000': RESOURCES,
  '53100': RESOURCES,
  '53200': RESOURCES,
  '53300': FULL,
  '53400': RESOURCES,
};

// pg has no codes for these; the texts are checked by the tests in pool.test.ts.
const SLOW_TEXT = /Query read timeout|timeout expired|connection timeout/;
const FULL_TEXT = /timeout exceeded when trying to connect/;
const CLOSED_TEXT = /after calling end on the pool/;
const AWAY_TEXT = /Connection terminated|not queryable|SSL connection/;

function sentenceFor(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof AppError) return undefined;
  const { code = '', severity } = error as pg.DatabaseError;
  if (error instanceof pg.DatabaseError) {
    const fatal = severity === 'FATAL' || severity === 'PANIC' || code.startsWith('08');
    return BY_SQLSTATE[code] ?? (fatal ? AWAY : undefined);
  }
  if (FULL_TEXT.test(error.message)) return FULL;
  if (SLOW_TEXT.test(error.message)) return SLOW;
  if (AWAY_TEXT.test(error.message) || CLOSED_TEXT.test(error.message)) return AWAY;
  // System errors (ECONNREFUSED, EAI_AGAIN ...) carry the system call; the rest of Node's codes start with ERR_.
  return 'syscall' in error || error instanceof AggregateError ? AWAY : undefined;
}

/** Whether the pool itself had no connection to give: all are lent, or it is closed. No server is to blame for that. */
export const isRefusedByPool = ({ message }: Error): boolean => FULL_TEXT.test(message) || CLOSED_TEXT.test(message);

/** What a failure to connect at all means: `unavailable`, whatever the reason (TLS, password, address, no server). */
export function asConnectRefusal(error: unknown): unknown {
  const refusal = asUnavailable(error);
  // A TypeError is a defect, such as a URL that cannot be parsed: no second try will mend it.
  if (refusal !== error || error instanceof TypeError || error instanceof AppError) return refusal;
  return unavailable(AWAY, error);
}

/**
 * Turns an error of the connection kind into `unavailable` with `retryAfter` 1 s; any other error is returned as it is.
 * The connection kind: refused, ended, timed out, no connection left, read-only, server starting or out of resources.
 */
export function asUnavailable(error: unknown): unknown {
  const sentence = sentenceFor(error);
  return sentence === undefined ? error : unavailable(sentence, error);
}

/** What a deadlock or serialization failure means to the caller when trying again did not help. */
export const asContended = (error: unknown): AppError => unavailable(CONTENDED, error);

function unavailable(sentence: string, cause: unknown): AppError {
  return new AppError('unavailable', sentence, { cause, retryAfter: 1 });
}
