import type { SecureContextOptions } from 'node:tls';
import type { FastifyServerOptions } from 'fastify';
import type { Config } from '../config.ts';
import { readTlsPair } from '../lib/tls-pair.ts';

/** What HTTPS is served with; below TLS 1.2 nobody has to be served any more (RFC 8996). */
const secureContext = (files: { tlsCert: string; tlsKey: string }): SecureContextOptions => {
  const { cert, key } = readTlsPair(files);
  return { cert, key, minVersion: 'TLSv1.2' };
};

/** How the server listens: over TLS when it has a certificate, and whom it believes about a client's address. */
export function serverOptions({ tlsCert, tlsKey, trustedProxyHops }: Config): FastifyServerOptions {
  const https = tlsCert && tlsKey ? secureContext({ tlsCert, tlsKey }) : null;
  return {
    ...({ https } as object),
    // A function: of a number Fastify believes nothing, as it cannot know who is next to it. The operator does.
    trustProxy: trustedProxyHops > 0 && ((_address: string, hop: number) => hop < trustedProxyHops),
  };
}
