import { readTlsPair } from '../../lib/tls-pair.ts';
import type { Finding, Scene } from '../rule.ts';

const DAY_MS = 86_400_000;

/** The certificate of this replica, when it ends soon or cannot be used any more. */
export function findExpiringCertificate({ context, replica }: Scene): Finding[] {
  const { tlsCert, tlsKey, alertExpiryDays } = context.config;
  if (!tlsCert || !tlsKey) return [];
  const finding = { subject: `${tlsCert} of ${replica}`, project_id: null };
  try {
    const { expiresAt } = readTlsPair({ tlsCert, tlsKey });
    // Against this replica's clock, as its clients do with theirs.
    if (expiresAt.getTime() - Date.now() > alertExpiryDays * DAY_MS) return [];
    const summary = `The certificate of replica ${replica} ends at ${expiresAt.toISOString()}.`;
    return [{ ...finding, summary, detail: `TLS_CERT is ${tlsCert}.` }];
  } catch (error) {
    // The one in memory still serves; the next start would not.
    const summary = `The certificate of replica ${replica} is not usable.`;
    return [{ ...finding, summary, detail: (error as Error).message }];
  }
}
