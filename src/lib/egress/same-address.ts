import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { classifyAddress } from './classify-address.ts';
import { plainAddress } from './plain-address.ts';

/** Whether two IP addresses reach the same host; all addresses of this machine do, and so does "any" (0.0.0.0, ::). */
export function sameAddress(a: string, b: string): boolean {
  if (isIP(a) === 0 || isIP(b) === 0) return false;
  return plainAddress(a) === plainAddress(b) || (isOwn(a) && isOwn(b));
}

const isOwn = (ip: string): boolean =>
  ['loopback', 'unspecified'].includes(classifyAddress(ip)) ||
  Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => plainAddress(address) === plainAddress(ip)),
  );
