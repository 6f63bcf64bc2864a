import { onTestFinished } from 'vitest';
import type { ChatAnswer, ChatRequest } from '../../../src/agents/push/provider.ts';
import { ProviderError } from '../../../src/agents/push/provider-error.ts';
import { createProviders } from '../../../src/agents/push/providers.ts';
import { openEgress } from '../../../src/lib/egress/egress.ts';
import type { DIALECTS } from './dialects.ts';
import { serveWild } from './serve-wild.ts';

type Dialect = (typeof DIALECTS)[number];
type Some = Partial<ChatRequest> & { key?: string; signal?: AbortSignal };

export const MODEL = 'llama3.2:3b';
export const never = (): AbortSignal => new AbortController().signal;

/** Calls of servers that speak a dialect; each provider has an egress that closes with the test. */
export function callsIn(dialect: Dialect, allow: 'loopback'[] = ['loopback']) {
  const provider = () => {
    const egress = openEgress({ allow, forbid: [] });
    onTestFinished(() => egress.close());
    return createProviders(egress)[dialect.kind];
  };

  /** A server whose chat answers with this stream, piece by piece, and then ends. */
  const streaming = (...pieces: (string | Buffer)[]) =>
    serveWild((_req, res) => {
      res.writeHead(200, { 'content-type': dialect.streamType });
      for (const piece of pieces) res.write(piece);
      res.end();
    });

  async function chat(url: string, { key, signal, ...request }: Some = {}): Promise<ChatAnswer & { pieces: string[] }> {
    const pieces: string[] = [];
    const asked = { model: MODEL, messages: [{ role: 'user' as const, content: 'hello' }], ...request };
    const endpoint = { url, key: key ?? null };
    const answer = await provider().chat(endpoint, asked, (piece) => pieces.push(piece), signal ?? never());
    return { ...answer, pieces };
  }

  const chatFailure = (url: string, request?: Some) => failureOf(chat(url, request));
  return { provider, streaming, chat, chatFailure };
}

/** The ProviderError by which a call failed. */
export async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const caught = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (caught instanceof ProviderError) return caught;
  throw new Error(`A ProviderError was expected, and there was ${String(caught)}.`);
}
