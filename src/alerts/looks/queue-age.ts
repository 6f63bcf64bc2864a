import type { Finding, Scene } from '../rule.ts';

/** The queue, when its oldest task that could be claimed waits for too long. */
export async function findQueueAge({ context }: Scene): Promise<Finding[]> {
  const { oldest_claimable_ms } = await context.coordinatorHealth();
  if (oldest_claimable_ms === null || oldest_claimable_ms <= context.config.alertQueueAgeMs) return [];
  const seconds = Math.round(oldest_claimable_ms / 1000);
  const detail = '`whoosh task list --state queued` shows what waits, `whoosh task why ID` why.';
  return [{ subject: 'queue', project_id: null, summary: `A task waits for ${seconds} s to be claimed.`, detail }];
}
