import { tlsUrl } from './tls-url.ts';

/**
 * One URL for each host of a postgres:// URL, in its order, written as libpq takes several of them:
 * `postgres://user@one:5432,two:5432/name` or `postgres:///name?host=one,two&port=5432,5433`. A single port counts for
 * all. They are for `pg`; throws an Error, one sentence, for TLS parameters that cannot be kept (`tlsUrl`).
 */
export function hostUrls(given: string): string[] {
  const url = tlsUrl(given);
  const [, head, hosts, tail] = AUTHORITY.exec(url) ?? [];
  if (hosts?.includes(',')) return hosts.split(',').map((host) => `${head}${host}${tail}`);
  const parameters = new URLSearchParams(url.split('?')[1]);
  const named = parameters.get('host')?.split(',') ?? [];
  if (named.length < 2) return [url];
  const ports = parameters.get('port')?.split(',') ?? [];
  return named.map((host, at) => withParameters(url, { host, port: ports.length > 1 ? ports[at] : ports[0] }));
}

// Up to the last @ it is the login: a password may hold a comma. `new URL` takes one port and no commas.
const AUTHORITY = /^(\w+:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/s;

function withParameters(url: string, values: Record<string, string | undefined>): string {
  const [base, query] = url.split('?') as [string, string];
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(values)) {
    if (value) parameters.set(name, value);
    else parameters.delete(name);
  }
  return `${base}?${parameters}`;
}
