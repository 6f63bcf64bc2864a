import { expect, test } from 'vitest';
import { sendJson } from '../../../../test/support/model-servers/send-json.ts';
import { serveWild } from '../../../../test/support/model-servers/serve-wild.ts';
import type { WildAnswer } from '../../../../test/support/model-servers/wild-server.ts';
import { openEgress } from '../../../lib/egress/egress.ts';
import type { ChatRequest } from '../provider.ts';
import { createProviders } from '../providers.ts';

const egress = openEgress({ allow: ['loopback'], forbid: [] });

/** As Ollama 0.12.6 answers, shortened. */
const TAGS = {
  models: [
    {
      name: 'qwen3:8b',
      model: 'qwen3:8b',
      modified_at: '2026-11-01T09:30:12.5+01:00',
      size: 5_225_388_164,
      digest: '500a1f067a9f',
      details: {
        parent_model: '',
        format: 'gguf',
        family: 'qwen3',
        parameter_size: '8.2B',
        quantization_level: 'Q4_K_M',
      },
    },
    {
      name: 'nomic-embed-text:latest',
      model: 'nomic-embed-text:latest',
      size: 274_302_450,
      digest: '0a109f422b47',
      details: { family: 'nomic-bert', parameter_size: '137M', quantization_level: 'F16' },
    },
  ],
};
const PS = {
  models: [{ name: 'qwen3:8b', model: 'qwen3:8b', expires_at: '2026-11-23T10:05:00.1Z', size_vram: 5_333_539_264 }],
};
const SHOWN: Record<string, unknown> = {
  'qwen3:8b': {
    license: 'Apache',
    template: '{{- if .Tools }}',
    model_info: { 'general.architecture': 'qwen3', 'qwen3.context_length': 40_960, 'tokenizer.ggml.tokens': null },
    capabilities: ['completion', 'tools', 'thinking', 'insert', 'constructor'],
  },
  'nomic-embed-text:latest': {
    model_info: {
      'general.architecture': 'nomic-bert',
      'nomic-bert.context_length': 2048,
      'nomic-bert.pooling_type': 1,
    },
    capabilities: ['embedding'],
  },
};

const ollama: WildAnswer = (req, res, body) => {
  if (req.url === '/api/version') return sendJson(res, { version: '0.12.6' });
  if (req.url === '/api/tags') return sendJson(res, TAGS);
  if (req.url === '/api/ps') return sendJson(res, PS);
  return sendJson(res, SHOWN[JSON.parse(body).model]);
};

const probe = (url: string, provider = createProviders(egress).ollama) =>
  provider.probe({ url, key: null }, new AbortController().signal);

test('the inventory has what Ollama tells of its models, and which are loaded until when [P2]', async () => {
  const { url } = await serveWild(ollama);
  expect(await probe(url)).toEqual({
    version: '0.12.6',
    models: [
      {
        name: 'qwen3:8b',
        capabilities: ['chat', 'tools', 'thinking'],
        size_bytes: 5_225_388_164,
        parameters: '8.2B',
        quantisation: 'Q4_K_M',
        context_length: 40_960,
        loaded: true,
        loaded_until: '2026-11-23T10:05:00.1Z',
      },
      {
        name: 'nomic-embed-text:latest',
        capabilities: ['embedding'],
        size_bytes: 274_302_450,
        parameters: '137M',
        quantisation: 'F16',
        context_length: 2048,
        loaded: false,
        loaded_until: null,
      },
    ],
  });
});

test('a URL that ends in /api, or in a slash, is the same server', async () => {
  const { url, asked } = await serveWild(ollama);
  await probe(`${url}/api/`);
  await probe(`${url}/`);
  expect(new Set(asked.map(({ path }) => path))).toEqual(
    new Set(['/api/tags', '/api/version', '/api/ps', '/api/show']),
  );
});

test('models are described once, until their digest changes, and never more than four at a time', async () => {
  let digest = 'a';
  let atOnce = 0;
  let most = 0;
  const models = () => Array.from({ length: 100 }, (_, at) => ({ name: `m${at}`, digest: `${digest}${at}`, size: 1 }));
  const { url, asked } = await serveWild((req, res) => {
    if (req.url !== '/api/show')
      return sendJson(res, { version: '1', models: req.url === '/api/tags' ? models() : [] });
    most = Math.max(most, ++atOnce);
    setImmediate(() => {
      atOnce--;
      sendJson(res, { capabilities: ['completion'] });
    });
  });
  const provider = createProviders(egress).ollama;
  const shows = () => asked.filter(({ path }) => path === '/api/show').length;
  expect((await probe(url, provider)).models).toHaveLength(100);
  await probe(url, provider);
  expect(shows()).toBe(100);
  expect(most).toBeLessThanOrEqual(4);
  digest = 'b';
  await probe(url, provider);
  expect(shows()).toBe(200);
});

test('a model that vanishes during the probe is left out, and one that cannot be described is guessed', async () => {
  const { url } = await serveWild((req, res, body) => {
    if (req.url !== '/api/show') return ollama(req, res, body);
    const isFirst = JSON.parse(body).model === 'qwen3:8b';
    return isFirst
      ? sendJson(res, { error: "model 'qwen3:8b' not found" }, 404)
      : sendJson(res, { error: 'oops' }, 500);
  });
  const { models } = await probe(url);
  expect(models).toMatchObject([
    { name: 'nomic-embed-text:latest', capabilities: ['embedding'], context_length: null },
  ]);
});

test('an old Ollama that tells no capabilities is understood', async () => {
  const shown = [
    { template: '{{ .Prompt }}', projector_info: { 'clip.has_vision_encoder': true } },
    { model_info: { 'bert.pooling_type': 1 } },
  ];
  const { url } = await serveWild((req, res, body) => {
    if (req.url !== '/api/show') return ollama(req, res, body);
    return sendJson(res, shown[JSON.parse(body).model === 'qwen3:8b' ? 0 : 1]);
  });
  expect((await probe(url)).models.map(({ capabilities }) => capabilities)).toEqual([
    ['chat', 'vision'],
    ['embedding'],
  ]);
});

async function bodyOf(request: Partial<ChatRequest>): Promise<unknown> {
  const { url, asked } = await serveWild((_req, res) =>
    res.writeHead(200, { 'content-type': 'application/x-ndjson' }).end('{"model":"qwen3","done":true}\n'),
  );
  const asks = { model: 'qwen3', messages: [{ role: 'user' as const, content: 'hi' }], ...request };
  await createProviders(egress).ollama.chat({ url, key: null }, asks, () => {}, new AbortController().signal);
  return JSON.parse(asked[0]!.body);
}

test('parameters, tools and the schema of the answer are said in the words of Ollama', async () => {
  const tool = { name: 'add', description: 'adds', parameters: { type: 'object' } };
  const parameters = { temperature: 0.2, top_p: 0.9, max_tokens: 50, seed: 7, stop: ['END'] };
  expect(await bodyOf({ parameters, tools: [tool], json: { schema: { type: 'object' } } })).toEqual({
    model: 'qwen3',
    messages: [{ role: 'user', content: 'hi' }],
    stream: true,
    tools: [{ type: 'function', function: tool }],
    format: { type: 'object' },
    options: { temperature: 0.2, top_p: 0.9, num_predict: 50, seed: 7, stop: ['END'] },
  });
  expect(await bodyOf({ json: { schema: null } })).toMatchObject({ format: 'json' });
});

test('images, tool calls and their answers are said in the words of Ollama', async () => {
  const messages: ChatRequest['messages'] = [
    { role: 'user', content: 'what is it?', images: [{ type: 'image/png', base64: 'aGk=' }] },
    { role: 'assistant', content: '', tool_calls: [{ id: 'c1', name: 'look', arguments: '{"at":"it"}' }] },
    { role: 'tool', content: 'a cat', tool_call_id: 'c1' },
  ];
  expect(await bodyOf({ messages })).toMatchObject({
    messages: [
      { role: 'user', content: 'what is it?', images: ['aGk='] },
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ id: 'c1', function: { name: 'look', arguments: { at: 'it' } } }],
      },
      { role: 'tool', content: 'a cat', tool_call_id: 'c1', tool_name: 'look' },
    ],
  });
});

test.each([
  ['qwen3', 'qwen3:latest', true],
  ['Qwen3:8B', 'qwen3:8b', true],
  ['hf.co/org/model', 'hf.co/org/model:latest', true],
  ['qwen3', 'qwen3:8b', false],
  ['qwen3:8b', 'qwen2:8b', false],
])('asked for %s, an answer by %s is the same model: %s', async (asked, answered, isSame) => {
  const { url } = await serveWild((_req, res) =>
    res.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(`{"model":"${answered}","done":true}\n`),
  );
  const request = { model: asked, messages: [{ role: 'user' as const, content: 'hi' }] };
  const answer = createProviders(egress).ollama.chat(
    { url, key: null },
    request,
    () => {},
    new AbortController().signal,
  );
  expect(
    await answer.then(
      () => true,
      (error) => error.failure !== 'protocol',
    ),
  ).toBe(isSame);
});
