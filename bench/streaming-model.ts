import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

type Pace = { firstTokenMs: number; tokenMs: number; tokens: number };

/** What the server knows of a call, by the clock of performance.now(). */
export type ModelCall = { prompt: string; cameAt: number; firstTokenAt: number };

export const MODEL = 'bench:1b';
const LINE = JSON.stringify({ model: MODEL, message: { role: 'assistant', content: 'token ' }, done: false });
const END = JSON.stringify({
  model: MODEL,
  message: { role: 'assistant', content: '' },
  done: true,
  done_reason: 'stop',
  prompt_eval_count: 8,
  eval_count: 100,
});
const INVENTORY: Record<string, unknown> = {
  '/api/version': { version: '0.12.6' },
  '/api/tags': { models: [{ name: MODEL, model: MODEL, digest: 'sha256:1', size: 1, details: {} }] },
  '/api/ps': { models: [{ name: MODEL, model: MODEL }] },
  '/api/show': { capabilities: ['completion'], model_info: {} },
};

/** A server that speaks as Ollama does, with fixed delays. */
export async function streamingModel(pace: Pace) {
  const calls = new Map<string, ModelCall>();
  const server = createServer(async (req, res) => {
    const cameAt = performance.now();
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const inventory = INVENTORY[req.url!];
    if (inventory) return res.setHeader('content-type', 'application/json').end(JSON.stringify(inventory));
    const prompt = JSON.parse(Buffer.concat(chunks).toString()).messages.at(-1).content;
    const call = { prompt, cameAt, firstTokenAt: 0 };
    calls.set(prompt, call);
    await stream(res, pace, call);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function stream(res: ServerResponse, { firstTokenMs, tokenMs, tokens }: Pace, call: ModelCall): Promise<void> {
  await pause(firstTokenMs);
  res.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const begun = performance.now();
  call.firstTokenAt = begun;
  res.write(`${LINE}\n`);
  for (let sent = 1; sent < tokens && !res.destroyed; sent++) {
    // By the clock and not by the pause before, which is never exact.
    await pause(Math.max(0, begun + sent * tokenMs - performance.now()));
    res.write(`${LINE}\n`);
  }
  res.end(`${END}\n`);
}
