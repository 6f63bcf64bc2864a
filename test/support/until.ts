import { setTimeout as pause } from 'node:timers/promises';

/** How long, and how often. */
export type Patience = {
  /** Milliseconds until it fails. Default 10,000. */
  timeoutMs?: number;
  /** Milliseconds between two looks. Default 20. */
  everyMs?: number;
};

/**
 * Waits until `condition` returns something truthy and returns that. Fails with a sentence after `timeoutMs`; an error
 * thrown by the condition counts as "not yet" and is told in that sentence.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs = 20 }: Patience = {},
): Promise<NonNullable<Awaited<T>>> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look(condition);
    if (seen.value) return seen.value as NonNullable<Awaited<T>>;
    if (performance.now() > giveUpAt) throw new Error(sentence(condition, timeoutMs, seen), { cause: seen.error });
    await pause(everyMs);
  }
}

async function look<T>(condition: () => T | Promise<T>): Promise<{ value?: Awaited<T>; error?: unknown }> {
  try {
    return { value: await condition() };
  } catch (error) {
    return { error };
  }
}

function sentence(condition: () => unknown, timeoutMs: number, seen: { value?: unknown; error?: unknown }): string {
  const last = seen.error instanceof Error ? `it threw "${seen.error.message}"` : `it gave ${String(seen.value)}`;
  return `Waited ${timeoutMs} ms in vain for ${condition}; at the last look ${last}.`;
}
