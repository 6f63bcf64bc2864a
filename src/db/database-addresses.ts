import { hostUrls } from './host-urls.ts';

/** The hosts and ports that a postgres:// URL connects to; none for a socket in the file system. */
export const databaseAddresses = (url: string): { address: string; port: number }[] =>
  hostUrls(url).flatMap(addressOfOne);

function addressOfOne(url: string): { address: string; port: number }[] {
  // `user@/name` is no URL, but PostgreSQL takes it.
  const { hostname, port, searchParams } = new URL(url.replace('@/', '@127.0.0.1/'));
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  if (host.startsWith('/')) return [];
  const address = host.replace(/^\[|\]$/g, '') || '127.0.0.1';
  return [{ address, port: Number(searchParams.get('port') ?? port) || 5432 }];
}
