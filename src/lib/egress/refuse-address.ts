import { type AddressClass, classifyAddress } from './classify-address.ts';
import { sameAddress } from './same-address.ts';

/**
 * Where calls may go. Public addresses always; `allow` adds the machine itself (loopback) and its networks (private).
 * `forbid` is never called whatever `allow` says: the database, and the server's own port. Its `address` is an IP
 * address, 0.0.0.0 or :: for every address of this machine, or a host name.
 */
export type EgressPolicy = {
  allow: readonly ('loopback' | 'private')[];
  forbid: readonly { address: string; port: number }[];
};

const NAMES: Record<AddressClass, string> = {
  public: 'a public address',
  private: 'an address of a private network',
  loopback: 'a loopback address',
  link_local: 'a link-local address',
  metadata: 'the metadata service of a cloud',
  unspecified: 'an unspecified address',
  multicast: 'a multicast address',
  broadcast: 'a broadcast address',
  reserved: 'a reserved address',
};

/** Why this server must not call an IP address, as a sentence that names the setting which would allow it; null when it may. */
export function refuseAddress({ allow, forbid }: EgressPolicy, ip: string, port: number): string | null {
  if (forbid.some((one) => one.port === port && sameAddress(one.address, ip))) return ownService(ip, port);
  const found = classifyAddress(ip);
  if (found === 'public') return null;
  if (found !== 'loopback' && found !== 'private') return `${ip} is ${NAMES[found]}, which is never called.`;
  return allow.includes(found) ? null : `${ip} is ${NAMES[found]}: EGRESS_ALLOW has to name "${found}" to allow that.`;
}

const ownService = (host: string, port: number): string =>
  `${host}:${port} belongs to WHOOSH itself (its database, or its own port), which is never called.`;
