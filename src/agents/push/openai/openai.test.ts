import { expect, test } from 'vitest';
import { sendJson } from '../../../../test/support/model-servers/send-json.ts';
import { serveWild } from '../../../../test/support/model-servers/serve-wild.ts';
import { openEgress } from '../../../lib/egress/egress.ts';
import type { ChatRequest } from '../provider.ts';
import { createProviders } from '../providers.ts';
import { chatBody } from './chat-body.ts';

const egress = openEgress({ allow: ['loopback'], forbid: [] });
const provider = createProviders(egress).openai;
const never = () => new AbortController().signal;

const chatRequest = (more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'm',
  messages: [{ role: 'user', content: 'hi' }],
  ...more,
});

test('parameters, tools and the schema of the answer are said in the words of OpenAI', () => {
  const tool = { name: 'add', parameters: { type: 'object' } };
  const request = chatRequest({
    parameters: { max_tokens: 50, seed: 7 },
    tools: [tool],
    json: { schema: { type: 'object' } },
  });
  const expected = {
    model: 'm',
    messages: [{ role: 'user', content: 'hi' }],
    stream: true,
    stream_options: { include_usage: true },
    tools: [{ type: 'function', function: tool }],
    response_format: { type: 'json_schema', json_schema: { name: 'result', schema: { type: 'object' } } },
    seed: 7,
  };
  expect(chatBody({ url: 'http://10.0.0.1:8080/v1', key: null }, request)).toEqual({ ...expected, max_tokens: 50 });
  expect(chatBody({ url: 'https://api.openai.com/v1', key: 'k' }, request)).toEqual({
    ...expected,
    max_completion_tokens: 50,
  });
  expect(chatBody({ url: 'http://10.0.0.1/v1', key: null }, chatRequest({ json: { schema: null } }))).toMatchObject({
    response_format: { type: 'json_object' },
  });
});

test('images, tool calls and their answers are said in the words of OpenAI', () => {
  const messages: ChatRequest['messages'] = [
    { role: 'user', content: 'what is it?', images: [{ type: 'image/png', base64: 'aGk=' }] },
    { role: 'assistant', content: '', tool_calls: [{ id: 'c1', name: 'look', arguments: '{"at":"it"}' }] },
    { role: 'tool', content: 'a cat', tool_call_id: 'c1' },
  ];
  expect(chatBody({ url: 'http://10.0.0.1/v1', key: null }, chatRequest({ messages })).messages).toEqual([
    {
      role: 'user',
      content: [
        { type: 'text', text: 'what is it?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } },
      ],
    },
    {
      role: 'assistant',
      content: '',
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":"it"}' } }],
    },
    { role: 'tool', content: 'a cat', tool_call_id: 'c1' },
  ]);
});

type Chunk = { model?: string; choices?: unknown[]; usage?: unknown };

/** What a stream of these chunks comes to; `raw` is sent as it is. */
async function answerOf(
  chunks: (Chunk | string)[],
  { listed = [], ...request }: Partial<ChatRequest> & { listed?: string[] } = {},
) {
  const { url, asked } = await serveWild((req, res) => {
    if (req.url === '/v1/models') return sendJson(res, { data: listed.map((id) => ({ id })) });
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    return res.end(chunks.map((one) => (typeof one === 'string' ? one : `data: ${JSON.stringify(one)}\n\n`)).join(''));
  });
  const answer = await provider.chat({ url, key: null }, chatRequest(request), () => {}, never());
  return { ...answer, asked: asked.map(({ path }) => path) };
}

const piece = (delta: object, finish_reason: string | null = null): Chunk => ({
  choices: [{ index: 0, delta, finish_reason }],
});

test('a finish_reason without [DONE], and [DONE] without a finish_reason, end an answer', async () => {
  expect(await answerOf([piece({ content: 'a' }), piece({}, 'length')])).toMatchObject({
    text: 'a',
    finish_reason: 'length',
  });
  expect(await answerOf([piece({ content: 'a' }), 'data: [DONE]\n\n'])).toMatchObject({
    text: 'a',
    finish_reason: 'stop',
  });
});

test('comments, events of other names, thoughts and carriage returns are passed over', async () => {
  const events = [
    ': OPENROUTER PROCESSING\r\n\r\n',
    'event: message\r\nid: 1\r\ndata: {"choices":[{"delta":{"reasoning_content":"hm"}}]}\r\n\r\n',
    'data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}\r\n\r\ndata: [DONE]\r\n\r\n',
  ];
  expect(await answerOf(events)).toMatchObject({ text: 'a', finish_reason: 'stop' });
});

test('parts and refusals are text', async () => {
  const parts = [
    { type: 'thinking', thinking: [] },
    { type: 'text', text: 'a' },
  ];
  expect(await answerOf([piece({ content: parts }), piece({ refusal: 'no' }, 'stop')])).toMatchObject({ text: 'ano' });
});

test('several tool calls are put together by index, also when all have the index 0 or none', async () => {
  const call = (index: number | undefined, id: string, name: string, text: string) => ({
    ...(index === undefined ? {} : { index }),
    id,
    type: 'function',
    function: { name, arguments: text },
  });
  const more = (index: number, text: string) => ({ index, function: { arguments: text } });
  const tools = [{ name: 'a', parameters: {} }];
  const expected = {
    finish_reason: 'tool_calls',
    tool_calls: [
      { id: 'c1', name: 'a', arguments: '{"x":1}' },
      { id: 'c2', name: 'b', arguments: '{}' },
    ],
  };
  const interleaved = [
    piece({ tool_calls: [call(0, 'c1', 'a', '')] }),
    piece({ tool_calls: [call(1, 'c2', 'b', '{'), more(0, '{"x":')] }),
    piece({ tool_calls: [more(0, '1}'), more(1, '}')] }),
    piece({}, 'tool_calls'),
  ];
  expect(await answerOf(interleaved, { tools })).toMatchObject(expected);
  for (const index of [0, undefined]) {
    const whole = [call(index, 'c1', 'a', '{"x":1}'), call(index, 'c2', 'b', '{}')];
    expect(await answerOf([piece({ tool_calls: whole }), piece({}, 'stop')], { tools })).toMatchObject(expected);
  }
});

test('a call without a name is a failure of the protocol', async () => {
  const nameless = [piece({ tool_calls: [{ index: 0, id: 'c1', function: { arguments: '{}' } }] }), piece({}, 'stop')];
  await expect(answerOf(nameless, { tools: [{ name: 'a', parameters: {} }] })).rejects.toMatchObject({
    failure: 'protocol',
  });
});

test.each([
  ['gpt-4o', 'gpt-4o-2024-08-06'],
  ['gpt-4', 'gpt-4-0613'],
  ['claude-3-5-sonnet-latest', 'claude-3-5-sonnet-20241022'],
  ['openai/gpt-4o', 'gpt-4o'],
  ['deepseek/deepseek-r1:free', 'deepseek/deepseek-r1'],
  ['gemma-3-4b', '/models/Gemma-3-4b.gguf'],
  ['my-model', 'my-model'],
])('asked for %s, an answer by %s is taken without a question', async (model, answered) => {
  const { text, asked } = await answerOf([{ model: answered, ...piece({ content: 'a' }, 'stop') }], {
    model,
    listed: [model, answered],
  });
  expect([text, asked]).toEqual(['a', ['/v1/chat/completions']]);
});

test.each([
  ['the name behind an alias', 'fast', 'gpt-4o-mini', ['fast']],
  ['the choice of a router', 'openrouter/auto', 'openai/gpt-4o', ['openrouter/auto', 'openai/gpt-4o']],
])('an answer by %s is taken', async (_what, model, answered, listed) => {
  const answer = answerOf([{ model: answered, ...piece({ content: 'a' }, 'stop') }], { model, listed });
  expect(await answer).toMatchObject({ text: 'a' });
});

test('an answer under another name stands when the server gives no list', async () => {
  const { url } = await serveWild((req, res) => {
    if (req.url === '/v1/models') return sendJson(res, { error: 'no' }, 500);
    return res
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .end('data: {"model":"x","choices":[]}\n\ndata: [DONE]');
  });
  const answer = provider.chat({ url, key: null }, chatRequest(), () => {}, never());
  expect(await answer).toMatchObject({ finish_reason: 'stop' });
});

test.each([
  ['gpt-4o', 'gpt-4o-mini'],
  ['llama3', 'mistral'],
])(
  'asked for %s, an answer by %s, which the server lists too, is a failure of the protocol',
  async (model, answered) => {
    const answer = answerOf([{ model: answered, ...piece({ content: 'a' }, 'stop') }], {
      model,
      listed: [model, answered],
    });
    await expect(answer).rejects.toMatchObject({ failure: 'protocol' });
  },
);
