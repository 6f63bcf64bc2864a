import { gzipSync } from 'node:zlib';
import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DIALECTS } from '../../../test/support/model-servers/dialects.ts';
import { sendJson } from '../../../test/support/model-servers/send-json.ts';
import { type WildAnswer, wildServer } from '../../../test/support/model-servers/wild-server.ts';
import { until } from '../../../test/support/until.ts';
import { type Egress, openEgress } from '../../lib/egress/egress.ts';
import type { EgressPolicy } from '../../lib/egress/refuse-address.ts';
import type { ChatAnswer, ChatRequest } from './provider.ts';
import { ProviderError } from './provider-error.ts';
import { createProviders } from './providers.ts';

const LOOPBACK: EgressPolicy = { allow: ['loopback'], forbid: [] };
const MODEL = 'llama3.2:3b';
const WEATHER = { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } };

const stops: (() => Promise<unknown>)[] = [];
let egress: Egress;
beforeEach(() => {
  egress = openEgress(LOOPBACK);
  stops.push(() => egress.close());
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const never = (): AbortSignal => new AbortController().signal;

describe.each(DIALECTS)('the provider of $kind', (dialect) => {
  const provider = () => createProviders(egress)[dialect.kind];

  async function server(answer: WildAnswer) {
    const started = await wildServer(answer);
    stops.push(() => started.stop());
    return started;
  }

  /** A server whose chat answers with this stream, piece by piece, and then ends. */
  const streaming = (...pieces: (string | Buffer)[]) =>
    server((_req, res) => {
      res.writeHead(200, { 'content-type': dialect.streamType });
      for (const piece of pieces) res.write(piece);
      res.end();
    });

  type Some = Partial<ChatRequest> & { key?: string; signal?: AbortSignal };

  async function chat(url: string, { key, signal, ...request }: Some = {}): Promise<ChatAnswer & { pieces: string[] }> {
    const pieces: string[] = [];
    const asked = { model: MODEL, messages: [{ role: 'user' as const, content: 'hello' }], ...request };
    const endpoint = { url, key: key ?? null };
    const answer = await provider().chat(endpoint, asked, (piece) => pieces.push(piece), signal ?? never());
    return { ...answer, pieces };
  }

  const failureOf = async (call: Promise<unknown>): Promise<ProviderError> => {
    const caught = await call.then(
      () => null,
      (error: unknown) => error,
    );
    expect(caught).toBeInstanceOf(ProviderError);
    return caught as ProviderError;
  };
  const chatFailure = (url: string, request?: Some) => failureOf(chat(url, request));

  describe('with a server of the real wire format', () => {
    let mock: LLMock;
    beforeEach(async () => {
      mock = new LLMock({ port: 0 });
      mock.onMessage('hello', { content: 'Hi there, grüße 🎉!' }, { chunkSize: 3 });
      mock.onMessage('weather', { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Ulm"}' }] });
      mock.onMessage('cut off', { content: 'This will never be whole.' }, { chunkSize: 2, truncateAfterChunks: 4 });
      await mock.start();
      stops.push(() => mock.stop());
    });

    test('streams a text', async () => {
      const answer = await chat(mock.url);
      expect(answer).toMatchObject({ text: 'Hi there, grüße 🎉!', tool_calls: [], finish_reason: 'stop' });
      expect(answer.pieces.length).toBeGreaterThan(3);
      expect(answer.pieces.join('')).toBe(answer.text);
    });

    test('takes tool calls', async () => {
      const answer = await chat(mock.url, { messages: [{ role: 'user', content: 'weather' }], tools: [WEATHER] });
      expect(answer).toMatchObject({ text: '', finish_reason: 'tool_calls' });
      expect(answer.tool_calls).toEqual([{ id: expect.any(String), name: 'get_weather', arguments: '{"city":"Ulm"}' }]);
    });

    test('lists its models', async () => {
      const { models } = await provider().probe({ url: mock.url, key: null }, never());
      const byName = new Map(models.map(({ name, capabilities }) => [name, capabilities]));
      expect(byName.get('gpt-4o')).toEqual(['chat']);
      expect(byName.get('text-embedding-3-small')).toEqual(['embedding']);
    });

    test('an answer that is cut off is a failure of transport', async () => {
      const failure = await chatFailure(mock.url, { messages: [{ role: 'user', content: 'cut off' }] });
      expect(failure.failure).toBe('transport');
    });

    test('a server that is overloaded says so', async () => {
      mock.nextRequestError(429, { message: 'slow down', type: 'rate_limit_error' });
      expect((await chatFailure(mock.url)).failure).toBe('overloaded');
    });
  });

  test('gives text, finish reason and token counts, and each piece at once', async () => {
    const { url } = await streaming(dialect.text(MODEL, 'Hel'), dialect.text(MODEL, 'lo'), dialect.end(MODEL));
    expect(await chat(url)).toEqual({
      text: 'Hello',
      tool_calls: [],
      finish_reason: 'stop',
      input_tokens: 26,
      output_tokens: 298,
      pieces: ['Hel', 'lo'],
    });
  });

  test('a piece is given before the next one comes', async () => {
    let goOn = () => {};
    const { url } = await server((_req, res) => {
      res.writeHead(200, { 'content-type': dialect.streamType }).write(dialect.text(MODEL, 'first'));
      goOn = () => res.end(dialect.end(MODEL));
    });
    const seen: string[] = [];
    const request = { model: MODEL, messages: [{ role: 'user' as const, content: 'hello' }] };
    const answer = provider().chat({ url, key: null }, request, (piece) => seen.push(piece), never());
    await until(() => seen[0] === 'first');
    goOn();
    expect(await answer).toMatchObject({ text: 'first' });
  });

  test('characters that are split over packets come out whole', async () => {
    const bytes = Buffer.from(dialect.text(MODEL, 'grüße 🎉 漢字') + dialect.end(MODEL));
    const { url } = await server(async (_req, res) => {
      res.writeHead(200, { 'content-type': dialect.streamType });
      for (const byte of bytes) await new Promise((sentOn) => res.write(Buffer.of(byte), sentOn));
      res.end();
    });
    expect(await chat(url)).toMatchObject({ text: 'grüße 🎉 漢字' });
  });

  test('NUL and lone surrogates are replaced, and pairs that are split over two pieces are not', async () => {
    const { url } = await streaming(
      dialect.rawText(MODEL, '"a\\u0000b\\ud800c"'),
      dialect.rawText(MODEL, '"\\ud83c"'),
      dialect.rawText(MODEL, '"\\udf89 \\udc00 \\ud83c"'),
      dialect.end(MODEL),
    );
    expect(await chat(url)).toMatchObject({ text: 'a\uFFFDb\uFFFDc🎉 \uFFFD \uFFFD' });
  });

  test('an end without the line break that belongs there counts [P10]', async () => {
    const { url } = await streaming(dialect.text(MODEL, 'Hello'), dialect.end(MODEL).trimEnd());
    expect(await chat(url)).toMatchObject({ text: 'Hello', finish_reason: 'stop' });
  });

  test('a server that leaves the connection open after the end does not hold up the answer', async () => {
    const { url, sockets } = await server((_req, res) => {
      res.writeHead(200, { 'content-type': dialect.streamType });
      res.write(dialect.text(MODEL, 'Hello') + dialect.end(MODEL));
    });
    expect(await chat(url)).toMatchObject({ text: 'Hello' });
    await until(() => sockets.size === 0);
  });

  test('the key is sent, and no key when there is none', async () => {
    const { url, asked } = await streaming(dialect.end(MODEL));
    await chat(url, { key: 'sk-secret' });
    await chat(url);
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-secret', undefined]);
  });

  test('a server that repeats the key in its error does not reveal it', async () => {
    const { url } = await server((req, res) =>
      sendJson(res, { error: `no such key: ${req.headers.authorization}` }, 401),
    );
    const failure = await chatFailure(url, { key: 'sk-secret' });
    expect(failure).toMatchObject({ failure: 'bad_key', message: 'The server answered 401: no such key: Bearer ***' });
  });

  test.each([
    [401, { error: 'bad key' }, 'bad_key'],
    [403, { error: { message: 'not for you', code: 'forbidden' } }, 'refused'],
    [400, { error: { message: 'context length exceeded' } }, 'refused'],
    [413, 'too large', 'refused'],
    [404, { error: `model "${MODEL}" not found, try pulling it first` }, 'model_missing'],
    [404, { error: { message: `The model \`${MODEL}\` does not exist`, code: 'model_not_found' } }, 'model_missing'],
    [
      404,
      { object: 'error', message: `The model \`${MODEL}\` does not exist.`, type: 'NotFoundError', code: 404 },
      'model_missing',
    ],
    [400, { error: { message: 'Invalid model name passed in model=x', code: '400' } }, 'model_missing'],
    [404, '<html>404 Not Found</html>', 'protocol'],
    [404, { detail: 'Not Found' }, 'protocol'],
    [408, 'too slow', 'transport'],
    [500, { error: 'llama runner process has terminated' }, 'transport'],
    [502, '<html>Bad Gateway</html>', 'transport'],
    [503, { error: { code: 503, message: 'Loading model' } }, 'overloaded'],
    [301, 'moved', 'protocol'],
  ])('status %i with %j is %s', async (status, body, expected) => {
    const { url } = await server((_req, res) => sendJson(res, body, status));
    expect((await chatFailure(url)).failure).toBe(expected);
  });

  test.each([
    ['7', 7000],
    ['0', 0],
    ['in an hour', 3_600_000],
    ['soon', null],
  ])('Retry-After: %s is passed on', async (given, ms) => {
    const header = given === 'in an hour' ? new Date(Date.now() + 3_600_000).toUTCString() : given;
    const { url } = await server((_req, res) => sendJson(res, { error: 'busy' }, 429, { 'retry-after': header }));
    const { failure, retryAfterMs } = await chatFailure(url);
    expect(failure).toBe('overloaded');
    if (ms === null) expect(retryAfterMs).toBeNull();
    else expect(Math.abs(retryAfterMs! - ms)).toBeLessThan(5000);
  });

  test('a server that is not there is unreachable', async () => {
    const { url, stop } = await wildServer(() => {});
    await stop();
    expect((await chatFailure(url)).failure).toBe('unreachable');
    const probed = provider().probe({ url, key: null }, never());
    expect((await failureOf(probed)).failure).toBe('unreachable');
  });

  test('an address that is not allowed is unreachable, and the sentence says why', async () => {
    await egress.close();
    egress = openEgress({ allow: [], forbid: [] });
    const { failure, message } = await chatFailure('http://127.0.0.1:11434');
    expect(failure).toBe('unreachable');
    expect(message).toContain('EGRESS_ALLOW');
  });

  test.each([
    ['nothing', ''],
    ['some pieces', dialect.text(MODEL, 'Hello')],
    ['half a piece', dialect.text(MODEL, 'Hello').slice(0, -20)],
  ])('a stream that ends after %s, without its end marker, is a failure of transport', async (_what, stream) => {
    const { url } = await streaming(stream);
    expect((await chatFailure(url)).failure).toBe('transport');
  });

  test('a connection that breaks in mid-stream is a failure of transport [P10]', async () => {
    const { url } = await server((_req, res) => {
      res.writeHead(200, { 'content-type': dialect.streamType });
      res.write(dialect.text(MODEL, 'Hello'), () => setImmediate(() => res.socket?.destroy()));
    });
    expect((await chatFailure(url)).failure).toBe('transport');
  });

  test('garbage is a failure of the protocol, and its beginning is quoted', async () => {
    const { url } = await streaming(`\u0000\u0007garbage ${'x'.repeat(1000)}\n\n`);
    const { failure, message } = await chatFailure(url);
    expect(failure).toBe('protocol');
    expect(message).toContain('garbage xxx');
    expect(message.length).toBeLessThan(300);
  });

  test.each([
    'true',
    '[]',
    '"text"',
    '{}',
    '{"choices":"none","message":"none"}',
    '{"message":{"content":7},"choices":[{"delta":{"content":7}}]}',
  ])('the JSON %s in a stream is a failure of the protocol', async (json) => {
    const { url } = await streaming(dialect.kind === 'ollama' ? `${json}\n` : `data: ${json}\n\n`);
    expect((await chatFailure(url)).failure).toBe('protocol');
  });

  test('JSON that nests without end is a failure of the protocol, at once', async () => {
    const deep = `${'['.repeat(1_000_000)}`;
    const { url } = await streaming(dialect.kind === 'ollama' ? `${deep}\n` : `data: ${deep}\n\n`);
    const { failure, message } = await chatFailure(url);
    expect([failure, message.slice(0, 47)]).toEqual(['protocol', 'The server sent JSON that nests deeper than 64:']);
  });

  test('a line without an end is a failure of the protocol', async () => {
    const { url, sockets } = await server((_req, res) => {
      res.writeHead(200, { 'content-type': dialect.streamType });
      res.write('data: {"a":"');
      const flood = () => {
        while (!res.destroyed && res.write('x'.repeat(50_000)));
      };
      res.on('drain', flood);
      flood();
    });
    expect((await chatFailure(url)).failure).toBe('protocol');
    await until(() => sockets.size === 0);
  });

  test('an endless answer without text is a failure of the protocol, and its socket is closed', async () => {
    const { url, sockets } = await server((_req, res) => {
      res.writeHead(200, { 'content-type': dialect.streamType });
      const piece = `${dialect.text(MODEL, '')}${'\n'.repeat(100_000)}`;
      const flood = () => {
        while (!res.destroyed && res.write(piece));
      };
      res.on('drain', flood);
      flood();
    });
    const { failure, message } = await chatFailure(url);
    expect([failure, message]).toEqual(['protocol', 'The answer is larger than 10485760 bytes on the wire.']);
    await until(() => sockets.size === 0);
  });

  test('a compressed bomb is a failure of the protocol [E2]', async () => {
    const bomb = gzipSync(dialect.text(MODEL, 'x') + '\n'.repeat(64_000_000));
    const { url } = await server((_req, res) =>
      res.writeHead(200, { 'content-type': dialect.streamType, 'content-encoding': 'gzip' }).end(bomb),
    );
    const { failure, message } = await chatFailure(url);
    expect([failure, message]).toEqual(['protocol', 'The answer is larger than 20971520 bytes decompressed.']);
  });

  test.each([
    ['is silent', [], 0],
    ['is silent within its answer', [dialect.text(MODEL, 'Hello')], 0],
    ['drips', [...dialect.text(MODEL, 'x'.repeat(10_000))], 5],
  ])('a server that %s ends with the signal, and so does its socket', async (_what, parts: string[], everyMs) => {
    const { url, sockets } = await server((_req, res) => {
      if (parts.length) res.writeHead(200, { 'content-type': dialect.streamType }).write(parts[0]);
      let at = 1;
      const drip = everyMs ? setInterval(() => res.write(parts[at++]), everyMs) : undefined;
      res.on('close', () => clearInterval(drip));
    });
    const signal = AbortSignal.timeout(150);
    await expect(chat(url, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    await until(() => sockets.size === 0);
  });

  test.each([
    [{ error: 'something went wrong' }, 'transport'],
    [{ error: { message: 'the engine died', type: 'server_error' } }, 'transport'],
    [{ error: { message: 'bad temperature', type: 'invalid_request_error' } }, 'refused'],
    [{ error: { message: 'Rate limit exceeded', code: 429 } }, 'overloaded'],
    [{ error: `model '${MODEL}' not found` }, 'model_missing'],
  ])('200 with the JSON error %j is %s', async (body, expected) => {
    const { url } = await server((_req, res) => sendJson(res, body));
    expect((await chatFailure(url)).failure).toBe(expected);
    const embedded = provider().embed({ url, key: null }, { model: MODEL, texts: ['a'] }, never());
    expect((await failureOf(embedded)).failure).toBe(expected);
    const probed = provider().probe({ url, key: null }, never());
    expect((await failureOf(probed)).failure).toBe(expected);
  });

  test('200 with an error text is a failure of the protocol that quotes it', async () => {
    const { url } = await server((_req, res) =>
      res.writeHead(200, { 'content-type': 'text/html' }).end('<html>The database is on fire</html>'),
    );
    const { failure, message } = await chatFailure(url);
    expect(failure).toBe('protocol');
    expect(message).toMatch(/text\/html.*The database is on fire/);
    const probed = provider().probe({ url, key: null }, never());
    expect((await failureOf(probed)).failure).toBe('protocol');
  });

  test('an error in mid-stream is told in the words of the server', async () => {
    const { url } = await streaming(dialect.text(MODEL, 'Hello'), dialect.error('CUDA out of memory'));
    const { failure, message } = await chatFailure(url);
    expect([failure, message]).toEqual(['transport', 'The server answered with an error: CUDA out of memory']);
  });

  test('an error that comes as a stream, but in JSON only, is understood', async () => {
    const { url } = await streaming('{"error":{"message":"no memory left","type":"server_error"}}');
    const { failure, message } = await chatFailure(url);
    expect([failure, message]).toEqual(['transport', 'The server answered with an error: no memory left']);
  });

  test('tool calls are put together', async () => {
    const { url } = await streaming(dialect.call(MODEL, 'get_weather', { city: 'Ulm' }), dialect.end(MODEL));
    expect(await chat(url, { tools: [WEATHER] })).toMatchObject({
      finish_reason: 'tool_calls',
      tool_calls: [{ id: expect.stringMatching(/^call_/), name: 'get_weather', arguments: '{"city":"Ulm"}' }],
    });
  });

  test('tool calls when none were offered are a failure of the protocol [P10]', async () => {
    const { url } = await streaming(dialect.call(MODEL, 'get_weather', { city: 'Ulm' }), dialect.end(MODEL));
    const { failure, message } = await chatFailure(url);
    expect(failure).toBe('protocol');
    expect(message).toContain('none was offered');
  });

  test('an answer by another model that the server has is a failure of the protocol', async () => {
    const inventory = dialect.inventory([MODEL, 'mistral:7b']);
    const { url } = await server((req, res) => {
      if (req.url !== dialect.chatPath) return sendJson(res, inventory[req.url!]);
      res.writeHead(200, { 'content-type': dialect.streamType });
      res.end(dialect.text('mistral:7b', 'Hello') + dialect.end('mistral:7b'));
    });
    const { failure, message } = await chatFailure(url);
    expect([failure, message]).toEqual([
      'protocol',
      `The server answered for the model mistral:7b instead of ${MODEL}.`,
    ]);
  });

  test('embeds any number of texts, in their order', async () => {
    const texts = Array.from({ length: 70 }, (_, at) => `text ${at}`);
    const vectorOf = (text: string) => [Number(text.slice(5)), 0.5];
    const { url, asked } = await server((_req, res, body) =>
      sendJson(res, dialect.embeddings(MODEL, JSON.parse(body).input.map(vectorOf))),
    );
    const answer = await provider().embed({ url, key: null }, { model: MODEL, texts }, never());
    expect(answer).toEqual({ embeddings: texts.map(vectorOf), input_tokens: 24, output_tokens: null });
    expect(asked.map(({ path }) => path)).toEqual(Array(3).fill(dialect.embedPath));
  });

  test.each([
    ['too few', [[1, 2]]],
    ['too many', [[1], [2], [3]]],
    ['empty ones', [[], [1]]],
    ['other things than numbers', [[1], ['x']]],
  ])('embeddings that are %s are a failure of the protocol', async (_what, vectors) => {
    const { url } = await server((_req, res) => sendJson(res, dialect.embeddings(MODEL, vectors as number[][])));
    const embedded = provider().embed({ url, key: null }, { model: MODEL, texts: ['a', 'b'] }, never());
    expect((await failureOf(embedded)).failure).toBe('protocol');
  });

  test('a probe by which garbage comes is a failure of the protocol', async () => {
    const { url } = await server((_req, res) => sendJson(res, { data: 'none', models: 'none' }));
    const probed = provider().probe({ url, key: null }, never());
    expect((await failureOf(probed)).failure).toBe('protocol');
  });

  test('a server without models has an empty inventory', async () => {
    const inventory = dialect.inventory([]);
    const { url } = await server((req, res) => sendJson(res, inventory[req.url!]));
    expect(await provider().probe({ url, key: null }, never())).toMatchObject({ models: [] });
  });
});
