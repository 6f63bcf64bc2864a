import { AppError } from '../../errors.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { type OpenedEndpoint, openEndpoint } from './open-endpoint.ts';
import type { ProbeParts } from './prober.ts';
import type { Inventory } from './provider.ts';
import { ProviderError } from './provider-error.ts';
import { storeProbe } from './store-probe.ts';

/** A model server that takes longer to say what it has is not one to give work to. */
const LIMIT_MS = 10_000;

/**
 * Asks a model server what it has and keeps the answer, or why there was none; nothing when it was removed, given another
 * address, or is not approved (any more). Nothing is kept of a probe that `signal` ended.
 */
export async function probeAgent(parts: ProbeParts, agentId: string, signal: AbortSignal): Promise<void> {
  const { db, notify } = parts.context;
  const asked = await ask(parts, agentId, signal);
  if (!asked || signal.aborted) return;
  const { told, changed } = await storeProbe(db, agentId, asked);
  if (changed) notify('agents');
  if (told) notify('events');
}

export type Probed = { url: string | null } & ({ inventory: Inventory } | { problem: string });

async function ask(
  { context, providers, secrets }: ProbeParts,
  agentId: string,
  signal: AbortSignal,
): Promise<Probed | undefined> {
  let endpoint: OpenedEndpoint | undefined;
  try {
    endpoint = await openEndpoint(context.db, secrets, agentId);
    const within = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
    return { url: endpoint.url, inventory: await providers[endpoint.kind].probe(endpoint, within) };
  } catch (error) {
    const problem = sentenceOf(error);
    if (endpoint && !signal.aborted) countFailure(context.metrics, endpoint.name, error);
    return problem === undefined ? undefined : { url: endpoint?.url ?? null, problem };
  }
}

function countFailure({ outbound_http_errors_total, agentLabel }: Metrics, name: string, error: unknown): void {
  const kind = error instanceof ProviderError ? error.failure : 'timeout';
  outbound_http_errors_total.inc({ agent: agentLabel(name), kind });
}

/** What people are told; undefined when the agent is not to be probed. Throws what is a defect of ours. */
function sentenceOf(error: unknown): string | undefined {
  if (error instanceof ProviderError) return error.message;
  if (error instanceof AppError && ['not_found', 'invalid_state'].includes(error.code)) return undefined;
  if (error instanceof AppError && error.code === 'secret_unusable') return error.message;
  if ((error as Error).name === 'TimeoutError') return `It did not say within ${LIMIT_MS / 1000} s what it has.`;
  throw error;
}
