import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { callsIn, failureOf, MODEL, never } from '../../../test/support/model-servers/calls-in.ts';
import { DIALECTS } from '../../../test/support/model-servers/dialects.ts';
import { sendJson } from '../../../test/support/model-servers/send-json.ts';
import { serveWild } from '../../../test/support/model-servers/serve-wild.ts';
import { wildServer } from '../../../test/support/model-servers/wild-server.ts';
import { until } from '../../../test/support/until.ts';

const _WEATHER = { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } };

describe.each(DIALECTS)('the provider of $kind, of a server that fails', (dialect) => {
  const { provider, streaming, chat, chatFailure } = callsIn(dialect);

  test('a server that is not there is unreachable', async () => {
    const { url, stop } = await wildServer(() => {});
    await stop();
    expect((await chatFailure(url)).failure).toBe('unreachable');
    const probed = provider().probe({ url, key: null }, never());
    expect((await failureOf(probed)).failure).toBe('unreachable');
  });

  test('an address that is not allowed is unreachable, and the sentence says why', async () => {
    const { chatFailure } = callsIn(dialect, []);
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
    const { url } = await serveWild((_req, res) => {
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
    const { url, sockets } = await serveWild((_req, res) => {
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
    const { url, sockets } = await serveWild((_req, res) => {
      res.writeHead(200, { 'content-type': dialect.streamType });
      const piece = `${dialect.text(MODEL, '')}${'\n'.repeat(100_000)}`;
      const flood = () => {
        while (!res.destroyed && res.write(piece));
      };
      res.on('drain', flood);
      flood();
    });
    const { failure, message } = await chatFailure(url);
    expect([failure, message]).toEqual(['protocol', 'The answer is larger than 67108864 bytes on the wire.']);
    await until(() => sockets.size === 0);
  });

  test('a compressed bomb is a failure of the protocol [E2]', async () => {
    const bomb = gzipSync(dialect.text(MODEL, 'x') + '\n'.repeat(100_000_000));
    const { url } = await serveWild((_req, res) =>
      res.writeHead(200, { 'content-type': dialect.streamType, 'content-encoding': 'gzip' }).end(bomb),
    );
    const { failure, message } = await chatFailure(url);
    expect([failure, message]).toEqual(['protocol', 'The answer is larger than 67108864 bytes decompressed.']);
  });

  test.each([
    ['is silent', [], 0],
    ['is silent within its answer', [dialect.text(MODEL, 'Hello')], 0],
    ['drips', [...dialect.text(MODEL, 'x'.repeat(10_000))], 5],
  ])('a server that %s ends with the signal, and so does its socket', async (_what, parts: string[], everyMs) => {
    const { url, sockets } = await serveWild((_req, res) => {
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
    const { url } = await serveWild((_req, res) => sendJson(res, body));
    expect((await chatFailure(url)).failure).toBe(expected);
    const embedded = provider().embed({ url, key: null }, { model: MODEL, texts: ['a'] }, never());
    expect((await failureOf(embedded)).failure).toBe(expected);
    const probed = provider().probe({ url, key: null }, never());
    expect((await failureOf(probed)).failure).toBe(expected);
  });

  test('200 with an error text is a failure of the protocol that quotes it', async () => {
    const { url } = await serveWild((_req, res) =>
      res.writeHead(200, { 'content-type': 'text/html' }).end('<html>The database is on fire</html>'),
    );
    const { failure, message } = await chatFailure(url);
    expect(failure).toBe('protocol');
    expect(message).toMatch(/text\/html.*The database is on fire/);
    const probed = provider().probe({ url, key: null }, never());
    expect((await failureOf(probed)).failure).toBe('protocol');
  });

  test('a server that says no and then falls silent is believed after two seconds, and its socket is closed', async () => {
    const { url, sockets } = await serveWild((_req, res) => {
      res.writeHead(500, { 'content-type': 'application/json' }).write('{"error":"it');
    });
    const { failure, message } = await chatFailure(url);
    expect([failure, message]).toEqual(['transport', 'The server answered 500: {"error":"it']);
    await until(() => sockets.size === 0);
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
});
