import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { EgressError } from './egress-error.ts';
import { type EgressPolicy, refuseAddress } from './refuse-address.ts';

/** Every address of a host name. */
export type Lookup = (host: string) => Promise<LookupAddress[]>;

/**
 * The addresses of a host that may be called, to be connected to as they are: asking again could give others (rebinding).
 * Those that the policy refuses are left out; refuses (EgressError forbidden_address) when none is left.
 */
export async function resolveHost(
  policy: EgressPolicy,
  lookup: Lookup,
  host: string,
  port: number,
): Promise<LookupAddress[]> {
  const addresses = await lookup(host);
  const strict = await withNamesResolved(policy, lookup, port);
  const refusals = addresses.map(({ address }) => refuseAddress(strict, address, port));
  const allowed = addresses.filter((_, at) => refusals[at] === null);
  if (allowed.length) return allowed;
  throw new EgressError('forbidden_address', `${host} is not called: ${refusals[0] ?? 'it has no address.'}`);
}

/** The database may be known by a name only; it is looked up in the rare case that somebody calls its port. */
async function withNamesResolved(policy: EgressPolicy, lookup: Lookup, port: number): Promise<EgressPolicy> {
  const names = policy.forbid.filter((one) => one.port === port && isIP(one.address) === 0);
  // A name without an address belongs to nobody who could be called.
  const found = await Promise.all(names.map((one) => lookup(one.address).catch(() => [])));
  return { ...policy, forbid: [...policy.forbid, ...found.flat().map(({ address }) => ({ address, port }))] };
}
