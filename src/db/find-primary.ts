import pg from 'pg';
import { within } from '../lib/within.ts';
import { cutOff } from './cut-off.ts';
import { hostUrls } from './host-urls.ts';
import { REQUIRE_WRITABLE } from './writable.ts';

// Of two that both accept writes, every replica must take the same one; but one that is silent must not hold up the
// rest of the fleet for as long as connecting may take.
const EARLIER_GRACE_MS = 1000;

/**
 * The URL of the host that accepts writes, of a URL that names several; the first of them in its order. All are asked
 * at once. Throws an AggregateError, one error a host, when none does within `limitMs`. One host is answered
 * without asking it. The answer is for `pg`.
 */
export async function findPrimary(url: string, limitMs: number): Promise<string> {
  const urls = hostUrls(url);
  if (urls.length === 1) return urls[0] as string;
  const asked = urls.map((one) => requireWritable(one, limitMs));
  const found = await Promise.any(asked);
  for (const earlier of asked.slice(0, urls.indexOf(found))) {
    const first = await within(EARLIER_GRACE_MS, earlier).catch(() => undefined);
    if (first) return first;
  }
  return found;
}

async function requireWritable(url: string, limitMs: number): Promise<string> {
  const limits = { connectionTimeoutMillis: limitMs, query_timeout: limitMs };
  const client = new pg.Client({ connectionString: url, application_name: 'whoosh find primary', ...limits });
  client.on('error', () => {}); // The statement, or connecting, fails with the same error.
  try {
    await client.connect();
    await client.query(REQUIRE_WRITABLE);
    return url;
  } finally {
    cutOff(client);
  }
}
