import { DatabaseUnavailable } from './unavailable.ts';

/** Why something failed, as PostgreSQL or the system said it: for the log, since it names hosts and users. */
export function reasonOf(error: Error): string {
  const said = wordsOf(error);
  const isTls = error instanceof DatabaseUnavailable && error.kind === 'tls';
  return isTls ? `TLS: ${said} (see sslmode, sslrootcert, sslcert in DATABASE_URL)` : said;
}

function wordsOf({ message, cause }: Error): string {
  // A refused connection to a name with several addresses is an AggregateError, which has no message of its own.
  if (cause instanceof AggregateError) return cause.errors.map((error: Error) => error.message).join('; ');
  return cause instanceof Error && cause.message ? cause.message : message;
}
