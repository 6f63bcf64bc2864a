import type { AttemptRef } from '../tasks/attempt-schema.ts';
import type { RunnerApi } from './api.ts';

const LIMIT_MS = 5_000;

/** Gives a grant back that is not wanted. Tried once: an attempt that is not started goes back by itself, only later. */
export async function handBack(api: RunnerApi, ref: AttemptRef, holder_id: string): Promise<void> {
  await api.report(ref, { verb: 'release', body: { holder_id } }, { timeoutMs: LIMIT_MS }).catch(() => {});
}
