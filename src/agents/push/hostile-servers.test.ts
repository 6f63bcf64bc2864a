import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../../test/support/model-servers/dialects.ts';
import { sendJson } from '../../../test/support/model-servers/send-json.ts';
import { serveWild } from '../../../test/support/model-servers/serve-wild.ts';
import type { WildAnswer } from '../../../test/support/model-servers/wild-server.ts';
import { openEgress } from '../../lib/egress/egress.ts';
import type { Inventory } from './provider.ts';
import { createProviders } from './providers.ts';

const MODEL = 'llama3.2:3b';
const egress = openEgress({ allow: ['loopback'], forbid: [] });
const providers = createProviders(egress);

const server = async (answer: WildAnswer) => ({ url: (await serveWild(answer)).url, key: null });
const never = (): AbortSignal => new AbortController().signal;

/** An Ollama that says of one model whatever the test wants, and describes it so. */
const ollama = async (model: object, shown: object): Promise<Inventory> => {
  const endpoint = await server((req, res) => {
    if (req.url === '/api/tags') return sendJson(res, { models: [{ name: MODEL, ...model }] });
    return sendJson(res, req.url === '/api/show' ? shown : { version: '1', models: [] });
  });
  return providers.ollama.probe(endpoint, never());
};

test('what a server says again and again of a model counts once', async () => {
  const capabilities = Array(100_000).fill('completion').concat('tools');
  const { models } = await ollama({}, { capabilities });
  expect(models.map((model) => model.capabilities)).toEqual([['chat', 'tools']]);
});

test('a digest that is far too long is not remembered', async () => {
  let described = 0;
  const endpoint = await server((req, res) => {
    if (req.url === '/api/tags') return sendJson(res, { models: [{ name: MODEL, digest: 'd'.repeat(100_000) }] });
    if (req.url === '/api/show') described++;
    return sendJson(res, { version: '1', models: [], capabilities: ['completion'] });
  });
  for (const _ of [1, 2]) await providers.ollama.probe(endpoint, never());
  expect(described).toBe(2);
});

test('a version with NUL in it can be stored', async () => {
  const endpoint = await server((req, res) =>
    sendJson(
      res,
      req.url === '/props' ? { build_info: 'b1\0' } : { data: [{ id: MODEL, owned_by: 'llamacpp' }], object: 'list' },
    ),
  );
  expect((await providers.openai.probe(endpoint, never())).version).toBe('b1\uFFFD');
});

test.each([
  ['ollama', '{"models":[', ' at models: '],
  ['openai', '{"data":[', ': '],
] as const)('%s: a list full of what are no models is not looked through to its end', async (kind, start, where) => {
  const endpoint = await server((_req, res) => {
    res.writeHead(200, { 'content-type': 'application/json' }).end(`${start}${'0,'.repeat(250_000)}0]}`);
  });
  const probed = providers[kind].probe(endpoint, never());
  await expect(probed).rejects.toMatchObject({
    failure: 'protocol',
    message: expect.stringContaining(`The server sent what it should not${where}`),
  });
});

test.each(['[1],', '{},', '1,'])(
  'an answer of ten megabytes of %s is refused before it is read as JSON',
  async (item) => {
    const endpoint = await server((_req, res) => {
      const body = `{"model":"${MODEL}","embeddings":[[${item.repeat(2_500_000).slice(0, -1)}]]}`;
      res.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
    await expect(providers.ollama.embed(endpoint, { model: MODEL, texts: ['a'] }, never())).rejects.toMatchObject({
      failure: 'result_too_large',
      message: expect.stringContaining('more than 600000 values at once'),
    });
  },
);

test('an answer in the name of an endless model is refused at once', async () => {
  const endpoint = await server((_req, res) => {
    res.writeHead(200, { 'content-type': 'application/x-ndjson' });
    res.end(`{"model":"${':'.repeat(1_000_000)}/","message":{"content":"x"}}\n`);
  });
  const began = performance.now();
  const asked = providers.ollama.chat(endpoint, { model: MODEL, messages: [] }, () => {}, never());
  await expect(asked).rejects.toMatchObject({ failure: 'protocol' });
  expect(performance.now() - began).toBeLessThan(1000);
}, 120_000);

test('calls of tools that come in several lines without ids have ids that differ', async () => {
  const dialect = DIALECTS.find(({ kind }) => kind === 'ollama')!;
  const endpoint = await server((_req, res) => {
    res.writeHead(200, { 'content-type': dialect.streamType });
    res.end(dialect.call(MODEL, 'a', {}) + dialect.call(MODEL, 'b', {}) + dialect.end(MODEL));
  });
  const tools = [{ name: 'a', parameters: {} }];
  const { tool_calls } = await providers.ollama.chat(
    endpoint,
    { model: MODEL, messages: [], tools },
    () => {},
    never(),
  );
  expect(tool_calls.map(({ id, name }) => [id, name])).toEqual([
    ['call_0', 'a'],
    ['call_1', 'b'],
  ]);
});

test('arguments of a tool that no result could hold are given up', async () => {
  const more = { tool_calls: [{ index: 0, id: 'a', function: { name: 'a', arguments: 'x'.repeat(100_000) } }] };
  const piece = `data: ${JSON.stringify({ model: MODEL, choices: [{ index: 0, delta: more }] })}\n\n`;
  const endpoint = await server((_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    // Without an end: what is given up only at the end would be heard until then.
    res.write(piece.repeat(12));
  });
  const request = { model: MODEL, messages: [], tools: [{ name: 'a', parameters: {} }] };
  const asked = providers.openai.chat(endpoint, request, () => {}, never());
  await expect(asked).rejects.toMatchObject({ failure: 'result_too_large' });
});

describe.each(DIALECTS)('$kind', (dialect) => {
  const provider = providers[dialect.kind];

  test('an error of megabytes in mid-stream is understood without holding up everybody else', async () => {
    const endpoint = await server((_req, res) => {
      res.writeHead(200, { 'content-type': dialect.streamType });
      res.end(dialect.error('model '.repeat(300_000)));
    });
    const asked = provider.chat(endpoint, { model: MODEL, messages: [] }, () => {}, never());
    await expect(asked).rejects.toMatchObject({ failure: 'transport' });
  });

  test('an answer that no result could hold is given up, however small its pieces are', async () => {
    let pieces = 0;
    const endpoint = await server((_req, res) => {
      res.writeHead(200, { 'content-type': dialect.streamType });
      const piece = dialect.text(MODEL, 'x'.repeat(1000)).repeat(50);
      const flood = () => {
        while (!res.destroyed && pieces++ < 200 && res.write(piece));
        if (pieces > 200) res.end(dialect.end(MODEL));
      };
      res.on('drain', flood);
      flood();
    });
    let length = 0;
    const onText = (piece: string) => {
      length += piece.length;
    };
    const asked = provider.chat(endpoint, { model: MODEL, messages: [] }, onText, never());
    await expect(asked).rejects.toMatchObject({ failure: 'result_too_large' });
    expect(length).toBeLessThan(1_100_000);
  });

  test('a model that thinks for 60,000 tokens before it answers is heard to the end', async () => {
    const thought = 'y'.repeat(200);
    const piece = dialect
      .text(MODEL, '')
      .replace(/"content":""/, `"content":"","reasoning":"${thought}"`)
      .repeat(100);
    let left = 600;
    const endpoint = await server((_req, res) => {
      res.writeHead(200, { 'content-type': dialect.streamType });
      const think = () => {
        while (left-- > 0 && res.write(piece));
        if (left < 0) res.end(dialect.text(MODEL, 'Yes.') + dialect.end(MODEL));
      };
      res.on('drain', think);
      think();
    });
    const answer = await provider.chat(endpoint, { model: MODEL, messages: [] }, () => {}, never());
    expect(answer.text).toBe('Yes.');
  });

  test('embeddings that no result could hold are given up with the first of them', async () => {
    let asked = 0;
    const vector = Array(100_000).fill(1);
    const endpoint = await server((_req, res, body) => {
      asked++;
      const count = JSON.parse(body).input.length;
      sendJson(res, dialect.embeddings(MODEL, Array(count).fill(vector)));
    });
    const texts = Array.from({ length: 100 }, (_, at) => `${at}`);
    const embedded = provider.embed(endpoint, { model: MODEL, texts }, never());
    await expect(embedded).rejects.toMatchObject({ failure: 'result_too_large' });
    expect(asked).toBe(1);
  });
});
