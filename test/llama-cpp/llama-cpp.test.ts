import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProviders } from '../../src/agents/push/providers.ts';
import { openEgress } from '../../src/lib/egress/egress.ts';
import { until } from '../support/until.ts';

const isInstalled = existsSync(new URL('./node_modules/node-llama-cpp', import.meta.url));
const HOW = 'skipped unless installed: npm install --prefix test/llama-cpp';

describe.runIf(isInstalled)('a real llama.cpp behind the provider of openai', () => {
  const egress = openEgress({ allow: ['loopback'], forbid: [] });
  const provider = createProviders(egress).openai;
  const never = () => new AbortController().signal;
  const model = 'tiny-random';
  let server: ChildProcess;
  let said = '';
  let endpoint: { url: string; key: null };

  beforeAll(async () => {
    server = spawn(process.execPath, [new URL('./serve.mjs', import.meta.url).pathname], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    server.stdout!.on('data', (text) => {
      said += text;
    });
    const port = await until(() => /listening on (\d+)/.exec(said)?.[1], { timeoutMs: 30_000 });
    endpoint = { url: `http://127.0.0.1:${port}`, key: null };
  });

  afterAll(async () => {
    await egress.close();
    if (server.kill('SIGTERM')) await once(server, 'exit');
  });

  const request = (max_tokens: number) => ({
    model,
    messages: [{ role: 'user' as const, content: 'Hello, grüße 🎉' }],
    parameters: { max_tokens, temperature: 0, seed: 1 },
  });

  test('is probed', async () => {
    const { models } = await provider.probe(endpoint, never());
    expect(models).toMatchObject([{ name: model, capabilities: ['chat'], context_length: 512, loaded: true }]);
  });

  test('streams an answer whose tokens it counts', async () => {
    const pieces: string[] = [];
    const answer = await provider.chat(endpoint, request(40), (piece) => pieces.push(piece), never());
    expect(answer).toMatchObject({ finish_reason: 'length', output_tokens: 40, tool_calls: [] });
    expect(answer.input_tokens).toBeGreaterThan(5);
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join('')).toBe(answer.text);
    // Random weights write random bytes: what comes is text all the same.
    expect([answer.text.isWellFormed(), answer.text.includes('\0')]).toEqual([true, false]);
  });

  test('stops computing when the call is aborted', async () => {
    const stop = new AbortController();
    const answer = provider.chat(endpoint, request(1_000_000), () => stop.abort(new Error('enough')), stop.signal);
    await expect(answer).rejects.toThrow('enough');
    await until(() => said.includes('aborted'));
  });

  test('embeds', async () => {
    const { embeddings } = await provider.embed(endpoint, { model, texts: ['one', 'two', 'one'] }, never());
    expect(embeddings.map(({ length }) => length)).toEqual([64, 64, 64]);
    expect(embeddings[0]).toEqual(embeddings[2]);
    expect(embeddings[0]).not.toEqual(embeddings[1]);
  });

  test('says that it has no such model', async () => {
    const other = provider.chat(endpoint, { ...request(1), model: 'gone' }, () => {}, never());
    await expect(other).rejects.toMatchObject({ failure: 'model_missing' });
  });
});

test.runIf(!isInstalled)(`a real llama.cpp (${HOW})`, ({ skip }) => {
  console.info(`llama.cpp: ${HOW}`);
  skip(HOW);
});
