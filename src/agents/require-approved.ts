import { AppError } from '../errors.ts';
import type { AgentView } from './schema.ts';

/** Refuses `invalid_state` a model server that nobody has approved: it must not be contacted. */
export function requireApproved({ name, status }: AgentView): void {
  if (status !== 'pending') return;
  throw new AppError('invalid_state', `Agent "${name}" was not approved: whoosh agent approve ${name}.`);
}
