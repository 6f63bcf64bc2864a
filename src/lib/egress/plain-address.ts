import ipaddr from 'ipaddr.js';

/** An IP address in the one form by which it can be compared: without a zone, and as IPv4 when it is ::ffff:a.b.c.d. */
export const plainAddress = (ip: string): string => ipaddr.process(ip.replace(/%.*/, '')).toNormalizedString();
