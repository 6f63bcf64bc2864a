import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** `reserved` is all that is no host on any network: documentation, benchmarking, tunnels whose far end cannot be told. */
export type AddressClass =
  | 'public'
  | 'private'
  | 'loopback'
  | 'link_local'
  | 'metadata'
  | 'unspecified'
  | 'multicast'
  | 'broadcast'
  | 'reserved';

const CLASS_OF_RANGE: Record<string, AddressClass> = {
  unicast: 'public',
  private: 'private',
  uniqueLocal: 'private',
  carrierGradeNat: 'private',
  loopback: 'loopback',
  linkLocal: 'link_local',
  unspecified: 'unspecified',
  multicast: 'multicast',
  broadcast: 'broadcast',
};

/** Where clouds tell a machine its own credentials, outside 169.254.0.0/16: AWS, Google, Alibaba, Azure. */
const METADATA = ['fd00:ec2::254', 'fd20:ce::254', '100.100.100.200', '168.63.129.16'].map(canonical);

/**
 * What kind of host an IP address is. An IPv6 address that carries an IPv4 one (mapped, compatible, translated, NAT64,
 * 6to4) is what that one is. Text that is no IP address is `reserved`.
 */
export function classifyAddress(ip: string): AddressClass {
  if (isIP(ip) === 0) return 'reserved';
  if (ip.includes('%')) return 'link_local';
  const address = ipaddr.parse(ip);
  if (METADATA.includes(address.toNormalizedString())) return 'metadata';
  return address instanceof ipaddr.IPv6 ? classOfV6(address) : classOf(address.range());
}

const classOf = (range: string): AddressClass => CLASS_OF_RANGE[range] ?? 'reserved';

function classOfV6(address: ipaddr.IPv6): AddressClass {
  const inner = embedded(address);
  if (inner) return classifyAddress(inner);
  const { parts } = address;
  const isGlobal = parts[0]! >= 0x2000 && parts[0]! < 0x4000;
  return address.range() === 'unicast' && !isGlobal ? 'reserved' : classOf(address.range());
}

function embedded(address: ipaddr.IPv6): string | null {
  const { parts } = address;
  const range = address.range();
  if (range === '6to4') return dotted(parts[1]!, parts[2]!);
  const isWellKnownNat64 = range === 'rfc6052' && parts[2] === 0;
  const isCompatible = range === 'unicast' && parts.slice(0, 6).every((part) => part === 0);
  const isLast = isWellKnownNat64 || isCompatible || range === 'ipv4Mapped' || range === 'rfc6145';
  return isLast ? dotted(parts[6]!, parts[7]!) : null;
}

const dotted = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');

function canonical(ip: string): string {
  return ipaddr.parse(ip).toNormalizedString();
}
