import { isIP } from 'node:net';
import { EgressError } from './egress-error.ts';
import { type EgressPolicy, refuseAddress } from './refuse-address.ts';

const MAX_LENGTH = 2048;

/**
 * A URL that a person gave, parsed, with what can be said against it before anything is looked up or contacted.
 * Refuses (EgressError) `bad_url`: not http(s), too long, with credentials, a fragment or port 0; and `forbidden_address`:
 * its host is an address, however it is written, that the policy does not allow. A name is checked when it is resolved.
 */
export function checkUrl(text: string, policy: EgressPolicy): URL {
  const url = text.length <= MAX_LENGTH ? URL.parse(text) : null;
  if (!url)
    throw bad(`expected an absolute URL of at most ${MAX_LENGTH} characters, such as http://192.168.1.20:11434`);
  if (!['http:', 'https:'].includes(url.protocol)) throw bad(`expected http:// or https://, not ${url.protocol}`);
  if (url.username || url.password) throw bad('a URL must not hold a user name or a password: give a key instead');
  if (url.hash || text.includes('#')) throw bad('a URL to call has no fragment (#)');
  if (url.port === '0') throw bad('port 0 cannot be called');
  const refusal = refuseHost(policy, hostOf(url), portOf(url));
  if (refusal) throw new EgressError('forbidden_address', refusal);
  return url;
}

/** The host of a URL as the system's resolver wants it: an IPv6 address without its brackets. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

export const portOf = (url: URL): number => Number(url.port) || (url.protocol === 'https:' ? 443 : 80);

function refuseHost(policy: EgressPolicy, host: string, port: number): string | null {
  if (isIP(host)) return refuseAddress(policy, host, port);
  // Whatever a resolver says, this name means this machine.
  if (/^(.+\.)?localhost\.?$/.test(host)) return refuseAddress(policy, '127.0.0.1', port);
  const isForbidden = policy.forbid.some((one) => one.port === port && one.address.toLowerCase() === host);
  return isForbidden ? `${host}:${port} belongs to WHOOSH itself, which is never called.` : null;
}

const bad = (sentence: string): EgressError => new EgressError('bad_url', `The URL is not usable: ${sentence}.`);
