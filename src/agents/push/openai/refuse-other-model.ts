import type { Egress } from '../../../lib/egress/egress.ts';
import type { Endpoint } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';
import { quote } from '../wire/quote.ts';
import { listModels } from './list-models.ts';
import { sameModel } from './same-model.ts';

/** Routers: their very purpose is to answer with another model. */
const ROUTER = /(^|[/:_-])(auto|router)$/i;

/**
 * Refuses (ProviderError protocol) an answer by another model than was asked. Many servers have a name of their own for
 * what they serve (a file, the model behind an alias), so a name counts as another model only when the server lists it as
 * one beside the one asked for. The list is asked for only when the names differ, and an answer stands when there is none.
 */
export async function refuseOtherModel(
  egress: Egress,
  endpoint: Endpoint,
  asked: string,
  answered: string | null,
  signal: AbortSignal,
): Promise<void> {
  if (!answered || ROUTER.test(asked) || sameModel(asked, answered)) return;
  const listed = await listModels(egress, endpoint, signal).catch((error) => {
    if (signal.aborted) throw error;
    return [];
  });
  if (!listed.some(({ id }) => id === answered)) return;
  throw new ProviderError('protocol', `The server answered for the model ${quote(answered)} instead of ${asked}.`);
}
