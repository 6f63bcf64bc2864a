import { onTestFinished } from 'vitest';
import { type EgressRequest, openEgress } from '../../src/lib/egress/egress.ts';
import type { EgressError } from '../../src/lib/egress/egress-error.ts';
import type { EgressPolicy } from '../../src/lib/egress/refuse-address.ts';
import type { Lookup } from '../../src/lib/egress/resolve-host.ts';

export const LOOPBACK: EgressPolicy = { allow: ['loopback'], forbid: [] };

/** An egress that is closed with the test. */
export function egress(policy: EgressPolicy = LOOPBACK, means: { lookup?: Lookup; connectMs?: number } = {}) {
  const opened = openEgress(policy, means);
  onTestFinished(() => opened.close());
  return opened;
}

type Some = Partial<EgressRequest> & { policy?: EgressPolicy; lookup?: Lookup };

/** Status, headers and whole body. */
export async function get(url: string, { policy, lookup, ...request }: Some = {}) {
  const opened = egress(policy, lookup ? { lookup } : {});
  const { body, ...rest } = await opened.request(url, {
    method: 'GET',
    signal: new AbortController().signal,
    ...request,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return { ...rest, text: Buffer.concat(chunks).toString() };
}

/** Why a call failed. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (caught: EgressError) => caught,
  );
  return error ? `${error.failure}: ${error.message}` : 'no failure';
}
