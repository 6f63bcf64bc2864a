import type { Config } from '../config.ts';
import { certifiedUrl } from '../lib/certified-url.ts';
import { readTlsPair } from '../lib/tls-pair.ts';
import { trustCertificate } from '../lib/trust-certificate.ts';

/** Where clients on this machine reach it. The local runner is in this process, and trusts its own certificate. */
export function ownUrl({ tlsCert, tlsKey }: Config, address: string): string {
  if (!tlsCert || !tlsKey) return address;
  const { cert } = readTlsPair({ tlsCert, tlsKey });
  trustCertificate(cert);
  return certifiedUrl(address, cert);
}
