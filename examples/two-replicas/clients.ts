import { setTimeout as pause } from 'node:timers/promises';
import { type Client, createClient } from '../../src/client/client.ts';
import type { Book } from './book.ts';

/** Half of them give work to runners, half to the model server. */
const CLIENTS = 40;
/** What a person does with an answer before the next question, in milliseconds: 0.5 to 1.5 of it. */
const THINK_MS = 1500;

/** What a task asks for, and how its result is known to be its own. */
const KINDS = [
  {
    prompt: (key: string) => key,
    needs: { capabilities: ['note'] },
    isRight: (key: string, got: unknown) => got === key,
  },
  {
    prompt: (key: string) => `Is ${key} right?`,
    needs: { capabilities: ['chat'] },
    isRight: (key: string, got: unknown) => String(got).includes(`Is ${key} right?`),
  },
];

/**
 * 40 clients of the SDK, each of which submits a task, waits for its end and thinks about it, again and again until the
 * signal fires. They know one address, and repeat what is answered 503 when they are told to.
 */
export async function runClients(url: string, key: string, book: Book, over: AbortSignal): Promise<void> {
  const client = createClient({ url, key, fetch: book.fetch, retryForMs: 120_000 });
  await Promise.all(Array.from({ length: CLIENTS }, (_, n) => work(client, n, book, over)));
}

async function work(client: Client, n: number, book: Book, over: AbortSignal): Promise<void> {
  const kind = KINDS[n % KINDS.length]!;
  // Not all at once.
  await rest(over);
  for (let count = 1; !over.aborted; count++) {
    const key = `client-${n}-task-${count}`;
    const task = { title: key, prompt: kind.prompt(key), needs: kind.needs, backoff_base_ms: 500 };
    const began = performance.now();
    const { id } = await client.submitTask(task, { idempotencyKey: key });
    const noted = { id, state: undefined as string | undefined, isRight: false, ms: 0 };
    book.acknowledged.push(noted);
    const { state, result } = await client.waitTask(id, { timeoutMs: 180_000 });
    Object.assign(noted, { state, isRight: kind.isRight(key, result), ms: performance.now() - began });
    await rest(over);
  }
}

const rest = (over: AbortSignal): Promise<void> =>
  // The abort is how the load ends.
  pause(THINK_MS * (0.5 + Math.random()), undefined, { signal: over }).catch(() => {});
