import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** The URL of a server under a name that its certificate (PEM) has: under any other its clients refuse it. */
export function certifiedUrl(url: string, pem: string): string {
  const { hostname, port } = new URL(url);
  // Who listens on every address is here at the loopback one.
  const host = hostname.replace(/^(0\.0\.0\.0|\[::\])$/, '127.0.0.1');
  const certificate = new X509Certificate(pem);
  const fits = isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host);
  const [, name = host] = /DNS:([^*,\s]+)/.exec(certificate.subjectAltName ?? '') ?? [];
  return `https://${fits ? host : name}:${port}`;
}
