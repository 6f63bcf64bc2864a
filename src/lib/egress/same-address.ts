import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { classifyAddress } from './classify-address.ts';

/** Whether two IP addresses reach the same host; all addresses of this machine do, and so does "any" (0.0.0.0, ::). */
export function sameAddress(a: string, b: string): boolean {
  if (isIP(a) === 0 || isIP(b) === 0) return false;
  return plain(a) === plain(b) || (isOwn(a) && isOwn(b));
}

/** Without a zone, and an IPv4 address as one even when it came as ::ffff:a.b.c.d. */
const plain = (ip: string): string => ipaddr.process(ip.replace(/%.*/, '')).toNormalizedString();

const isOwn = (ip: string): boolean =>
  ['loopback', 'unspecified'].includes(classifyAddress(ip)) ||
  Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => plain(address) === plain(ip)),
  );
