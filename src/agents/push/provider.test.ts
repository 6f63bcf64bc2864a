import { LLMock } from '@copilotkit/aimock';
import { beforeEach, describe, expect, test } from 'vitest';
import { callsIn, failureOf, MODEL, never } from '../../../test/support/model-servers/calls-in.ts';
import { DIALECTS } from '../../../test/support/model-servers/dialects.ts';
import { sendJson } from '../../../test/support/model-servers/send-json.ts';
import { serveWild } from '../../../test/support/model-servers/serve-wild.ts';
import { until } from '../../../test/support/until.ts';

const WEATHER = { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } };

describe.each(DIALECTS)('the provider of $kind', (dialect) => {
  const { provider, streaming, chat, chatFailure } = callsIn(dialect);

  describe('with a server of the real wire format', () => {
    let mock: LLMock;
    beforeEach(async () => {
      mock = new LLMock({ port: 0 });
      mock.onMessage('hello', { content: 'Hi there, grüße 🎉!' }, { chunkSize: 3 });
      mock.onMessage('weather', { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Ulm"}' }] });
      mock.onMessage('cut off', { content: 'This will never be whole.' }, { chunkSize: 2, truncateAfterChunks: 4 });
      await mock.start();
      return () => mock.stop();
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
    const { url } = await serveWild((_req, res) => {
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
    const { url } = await serveWild(async (_req, res) => {
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
    const { url, sockets } = await serveWild((_req, res) => {
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
    const { url } = await serveWild((req, res) =>
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
    const { url } = await serveWild((_req, res) => sendJson(res, body, status));
    expect((await chatFailure(url)).failure).toBe(expected);
  });

  test.each([
    ['7', 7000],
    ['0', 0],
    ['in an hour', 3_600_000],
    ['soon', null],
  ])('Retry-After: %s is passed on', async (given, ms) => {
    const header = given === 'in an hour' ? new Date(Date.now() + 3_600_000).toUTCString() : given;
    const { url } = await serveWild((_req, res) => sendJson(res, { error: 'busy' }, 429, { 'retry-after': header }));
    const { failure, retryAfterMs } = await chatFailure(url);
    expect(failure).toBe('overloaded');
    if (ms === null) expect(retryAfterMs).toBeNull();
    else expect(Math.abs(retryAfterMs! - ms)).toBeLessThan(5000);
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
    const { url } = await serveWild((req, res) => {
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
    const { url, asked } = await serveWild((_req, res, body) =>
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
    const { url } = await serveWild((_req, res) => sendJson(res, dialect.embeddings(MODEL, vectors as number[][])));
    const embedded = provider().embed({ url, key: null }, { model: MODEL, texts: ['a', 'b'] }, never());
    expect((await failureOf(embedded)).failure).toBe('protocol');
  });

  test('a probe by which garbage comes is a failure of the protocol', async () => {
    const { url } = await serveWild((_req, res) => sendJson(res, { data: 'none', models: 'none' }));
    const probed = provider().probe({ url, key: null }, never());
    expect((await failureOf(probed)).failure).toBe('protocol');
  });

  test('a server without models has an empty inventory', async () => {
    const inventory = dialect.inventory([]);
    const { url } = await serveWild((req, res) => sendJson(res, inventory[req.url!]));
    expect(await provider().probe({ url, key: null }, never())).toMatchObject({ models: [] });
  });
});
