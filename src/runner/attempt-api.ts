import type { z } from 'zod';
import { type RequestOptions, request } from '../client/request.ts';
import type { askQuestion, QuestionView } from '../questions/schema.ts';
import type { messageView, ownAttempt } from '../tasks/attempt-schema.ts';

export type Message = z.infer<typeof messageView>;

const AWAY = { withinMs: Infinity, capMs: 5_000 };
const WAIT_MS = 25_000;
const ANSWER_MS = 10_000;

/**
 * The calls that an attempt makes with its own token, each throws WhooshError. They wait for a server that is away; what
 * they wait for is theirs until the lease is lost.
 */
export function attemptApi(server: string, token: string) {
  const call = <T>(options: Omit<RequestOptions, 'server' | 'token'>) =>
    request<T>({ retry: AWAY, ...options, server, token });
  return {
    /** How the attempt stands. Waits 10 s for a server that is away. */
    showOwn: () => call<z.infer<typeof ownAttempt>>({ path: '/api/v1/attempt', retry: { withinMs: 10_000 } }),
    /** Asks a person; the same question as before when its key is the same. */
    ask: (json: z.input<typeof askQuestion>, signal: AbortSignal) =>
      call<QuestionView>({ method: 'POST', path: '/api/v1/attempt/questions', json, signal }),
    /** The question as soon as it is not pending any more, at the latest after 25 s. */
    waitForAnswer: (id: string, signal: AbortSignal) =>
      call<QuestionView>({
        path: `/api/v1/attempt/questions/${id}`,
        query: { wait_ms: WAIT_MS },
        timeoutMs: WAIT_MS + ANSWER_MS,
        signal,
      }),
    /** What people have said since the message numbered `after`. Does not wait for a server that is away. */
    readMessages: async (after: number, signal: AbortSignal) => {
      const query = { after, wait_ms: 0 };
      const path = '/api/v1/attempt/messages';
      return (await call<{ items: Message[] }>({ path, query, retry: undefined, signal })).items;
    },
  };
}

export type AttemptApi = ReturnType<typeof attemptApi>;
