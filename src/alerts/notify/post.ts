import type { Egress, EgressAnswer } from '../../lib/egress/egress.ts';
import { VERSION } from '../../lib/version.ts';

/** Receivers answer with a word; the rest of a page that a proxy sends is not for us. */
const LIMITS = { firstByteMs: 15_000, idleMs: 5000, wireBytes: 65_536, decodedBytes: 65_536 };
const SHOWN = 200;

type Post = { url: string; headers?: Record<string, string>; body: string; signal: AbortSignal };

/**
 * Posts JSON to a receiver, under the egress policy and without following redirects. Resolves with status and beginning
 * of the answer when that is 2xx; rejects with the same, or with why there was none.
 */
export async function post(egress: Egress, { url, headers, body, signal }: Post): Promise<string> {
  const answer = await egress.request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': `whoosh/${VERSION}`, ...headers },
    body,
    signal,
    limits: LIMITS,
  });
  const said = `${answer.status} ${await readShort(answer)}`.trim();
  if (answer.status < 200 || answer.status > 299) throw new Error(`The receiver answered ${said}.`);
  return said;
}

async function readShort({ body }: EgressAnswer): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString().replace(/\s+/g, ' ').slice(0, SHOWN);
}
