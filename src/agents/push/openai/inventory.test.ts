import { expect, test } from 'vitest';
import { sendJson } from '../../../../test/support/model-servers/send-json.ts';
import { serveWild } from '../../../../test/support/model-servers/serve-wild.ts';
import { openEgress } from '../../../lib/egress/egress.ts';
import { createProviders } from '../providers.ts';

const provider = createProviders(openEgress({ allow: ['loopback'], forbid: [] })).openai;
const never = () => new AbortController().signal;

/** The inventory of a server that answers these paths, and 404 to all others. */
async function inventoryOf(bodies: Record<string, unknown>) {
  const { url } = await serveWild((req, res) =>
    bodies[req.url!] ? sendJson(res, bodies[req.url!]) : sendJson(res, { error: { message: 'no such path' } }, 404),
  );
  return provider.probe({ url, key: null }, never());
}

const NOTHING_TOLD = {
  size_bytes: null,
  parameters: null,
  quantisation: null,
  context_length: null,
  loaded: true,
  loaded_until: null,
};

test.each(['', '/', '/v1', '/v1/'])('the URL may end in "%s"', async (end) => {
  const { url, asked } = await serveWild((_req, res) => sendJson(res, { data: [] }));
  await provider.probe({ url: url + end, key: null }, never());
  expect(asked.map(({ path }) => path)).toEqual(['/v1/models']);
});

test.each([
  ['/api/v1', '/api/v1/models'],
  ['/openai', '/openai/v1/models'],
  ['/v1beta/openai', '/v1beta/openai/models'],
  ['/v1?version=3', '/v1/models?version=3'],
])('below %s the models are at %s', async (base, path) => {
  const { url, asked } = await serveWild((_req, res) => sendJson(res, { data: [] }));
  await provider.probe({ url: url + base, key: null }, never());
  expect(asked[0]!.path).toBe(path);
});

test('a server that tells names only has chat models, and embedding models by their names', async () => {
  const ids = ['gpt-4o', 'text-embedding-3-small', 'BAAI/bge-m3', 'e5-large'];
  const { version, models } = await inventoryOf({ '/v1/models': { data: ids.map((id) => ({ id, object: 'model' })) } });
  expect(version).toBeNull();
  expect(models).toEqual([
    { name: 'gpt-4o', capabilities: ['chat'], ...NOTHING_TOLD },
    { name: 'text-embedding-3-small', capabilities: ['embedding'], ...NOTHING_TOLD },
    { name: 'BAAI/bge-m3', capabilities: ['embedding'], ...NOTHING_TOLD },
    { name: 'e5-large', capabilities: ['embedding'], ...NOTHING_TOLD },
  ]);
});

test('llama.cpp tells sizes, capabilities, and by /props its version and context', async () => {
  const id = '/models/gemma-3-4b-it-Q4_K_M.gguf';
  const meta = {
    vocab_type: 2,
    n_vocab: 262_144,
    n_ctx_train: 131_072,
    n_embd: 2560,
    n_params: 3_880_099_328,
    size: 2_489_757_856,
  };
  const found = await inventoryOf({
    '/v1/models': {
      models: [{ name: id, model: id, capabilities: ['completion', 'multimodal'] }],
      object: 'list',
      data: [{ id, object: 'model', created: 1_763_000_000, owned_by: 'llamacpp', meta }],
    },
    '/props': { default_generation_settings: { n_ctx: 4096 }, build_info: 'b7100-aa374175' },
  });
  expect(found).toEqual({
    version: 'b7100-aa374175',
    models: [
      {
        ...NOTHING_TOLD,
        name: id,
        capabilities: ['chat', 'vision'],
        size_bytes: 2_489_757_856,
        parameters: '3.9B',
        context_length: 4096,
      },
    ],
  });
});

test('LM Studio tells more at its own path [P2] [S35]', async () => {
  const listed = ['qwen2-vl-7b', 'nomic-embed', 'unknown'].map((id) => ({
    id,
    object: 'model',
    owned_by: 'organization_owner',
  }));
  const more = [
    {
      id: 'qwen2-vl-7b',
      type: 'vlm',
      quantization: '4bit',
      state: 'not-loaded',
      max_context_length: 32_768,
      capabilities: ['tool_use'],
    },
    {
      id: 'nomic-embed',
      type: 'embeddings',
      quantization: 'Q4_0',
      state: 'loaded',
      max_context_length: 2048,
      loaded_context_length: 1024,
    },
  ];
  const { models } = await inventoryOf({ '/v1/models': { data: listed }, '/api/v0/models': { data: more } });
  expect(models).toEqual([
    {
      ...NOTHING_TOLD,
      name: 'qwen2-vl-7b',
      capabilities: ['chat', 'vision', 'tools'],
      quantisation: '4bit',
      context_length: 32_768,
      loaded: false,
    },
    { ...NOTHING_TOLD, name: 'nomic-embed', capabilities: ['embedding'], quantisation: 'Q4_0', context_length: 1024 },
    { ...NOTHING_TOLD, name: 'unknown', capabilities: ['chat'] },
  ]);
});

test.each([
  ['vLLM', { owned_by: 'vllm', max_model_len: 32_768 }, ['chat'], 32_768],
  [
    'OpenRouter',
    {
      context_length: 200_000,
      architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] },
      supported_parameters: ['tools', 'temperature', 'reasoning'],
    },
    ['chat', 'vision', 'tools', 'thinking'],
    200_000,
  ],
  [
    'Mistral',
    { capabilities: { completion_chat: true, function_calling: true, vision: false }, max_context_length: 131_072 },
    ['chat', 'tools'],
    131_072,
  ],
  ['LiteLLM', { mode: 'chat', supports_vision: true, max_input_tokens: 128_000 }, ['chat', 'vision'], 128_000],
  ['Together', { type: 'embedding', context_length: 512 }, ['embedding'], 512],
  ['Groq', { context_window: 8192, active: true }, ['chat'], 8192],
  [
    'a server that tells nonsense',
    { context_length: 'long', capabilities: ['constructor', '__proto__'], architecture: 'brick', meta: [] },
    ['chat'],
    null,
  ],
])('%s tells what a model can do', async (_who, told, capabilities, context_length) => {
  const { models } = await inventoryOf({ '/v1/models': { data: [{ id: 'some/model', ...told }] } });
  expect(models).toEqual([{ ...NOTHING_TOLD, name: 'some/model', capabilities, context_length }]);
});
