import type { Context } from '../context.ts';
import { readTlsPair } from '../lib/tls-pair.ts';

/** Has the metrics tell until when the certificate of this replica is valid; absent when it has none that can be used. */
export function tellCertificate({ metrics, config: { tlsCert, tlsKey } }: Context): void {
  if (!tlsCert || !tlsKey) return;
  metrics.addSource(['certificate_expires_seconds'], () => {
    const value = readTlsPair({ tlsCert, tlsKey }).expiresAt.getTime() / 1000;
    return { certificate_expires_seconds: [{ labels: { certificate: 'tls' }, value }] };
  });
}
