import ipaddr from 'ipaddr.js';

/** What a proxy may have put there beside an address; longer ones are no address and would only fill memory. */
const MOST_CHARACTERS = 64;

/**
 * Under which name a client's address is counted: IPv4 as it is, IPv6 by its /64, which is what one customer has. What is
 * no address, as a proxy may pass it on, is counted as it stands.
 */
export function addressOf(ip: string): string {
  if (!ip.includes(':')) return ip.slice(0, MOST_CHARACTERS);
  if (!ipaddr.isValid(ip)) return ip.replace(/^([\d.]+):\d+$/, '$1').slice(0, MOST_CHARACTERS);
  const address = ipaddr.process(ip);
  return address instanceof ipaddr.IPv6 ? `${address.parts.slice(0, 4).map(hex).join(':')}::/64` : address.toString();
}

const hex = (part: number): string => part.toString(16);
