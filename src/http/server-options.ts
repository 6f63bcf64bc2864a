import type { SecureContextOptions } from 'node:tls';
import type { FastifyServerOptions } from 'fastify';
import type { Config } from '../config.ts';
import { readTlsPair, type TlsPair } from '../lib/tls-pair.ts';
import { answerClientError } from './client-error.ts';

/** What a connection may take. In milliseconds; tests are less patient. */
export const CONNECTION_LIMITS = {
  /** Headers that drip in for longer are no request, and so long may TLS take to begin; the first 16 KiB of them, with the URL, are read. */
  headers: 15_000,
  headerBytes: 16_384,
  lookEvery: 5000,
  /** A request must arrive within five minutes (100 MiB at 3 Mbit/s); how long an answer takes is the route's business. */
  request: 300_000,
  /** Nothing sent and nothing taken for so long: whoever reads no answer is let go. Longer than the longest poll (120 s). */
  silent: 180_000,
  /** Longer than balancers keep theirs (60 s): else they send a request on a connection that is just being closed. */
  keepAlive: 72_000,
  /** A fleet of 2,000 runners and the 1,000 streams of a replica, three times over, at some 20 KiB each. */
  connections: 10_000,
};

/** What HTTPS is served with; below TLS 1.2 nobody has to be served any more (RFC 8996). */
export const secureContext = ({ cert, key }: TlsPair): SecureContextOptions => ({ cert, key, minVersion: 'TLSv1.2' });

/** How the server listens: over TLS when it has a certificate, within the limits, and whom it believes about a client's address. */
export function serverOptions({ tlsCert, tlsKey, trustedProxyHops }: Config): FastifyServerOptions {
  const { headers, headerBytes, lookEvery, request, silent, keepAlive } = CONNECTION_LIMITS;
  const limits = { maxHeaderSize: headerBytes, headersTimeout: headers, connectionsCheckingInterval: lookEvery };
  // Node's own limit is two minutes: 10,000 silent connections would keep everybody out for as long.
  const tls = { ...limits, handshakeTimeout: headers };
  const https = tlsCert && tlsKey ? { ...tls, ...secureContext(readTlsPair({ tlsCert, tlsKey })) } : null;
  return {
    ...((https ? { https } : { http: limits }) as object),
    requestTimeout: request,
    connectionTimeout: silent,
    keepAliveTimeout: keepAlive,
    clientErrorHandler: answerClientError,
    // A function: of a number Fastify believes nothing, as it cannot know who is next to it. The operator does.
    trustProxy: trustedProxyHops > 0 && ((_address: string, hop: number) => hop < trustedProxyHops),
  };
}
