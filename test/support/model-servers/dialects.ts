/** How a kind of model server says things on the wire; for servers that say them wrongly. */
export type Dialect = {
  kind: 'ollama' | 'openai';
  chatPath: string;
  embedPath: string;
  streamType: string;
  /** Of a stream: a piece of text, a call of a tool, the end, an error. `content` is JSON text, to say what JSON.stringify would not. */
  text(model: string, content: string): string;
  rawText(model: string, contentJson: string): string;
  call(model: string, name: string, args: object): string;
  end(model: string): string;
  error(sentence: string): string;
  /** Bodies by path, for a probe that finds these models. */
  inventory(models: string[]): Record<string, unknown>;
  embeddings(model: string, vectors: number[][]): unknown;
};

const ndjson = (value: object): string => `${JSON.stringify(value)}\n`;
const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const at = '2026-11-20T10:00:00.123456789Z';

const ollama: Dialect = {
  kind: 'ollama',
  chatPath: '/api/chat',
  embedPath: '/api/embed',
  streamType: 'application/x-ndjson',
  text: (model, content) => ndjson({ model, created_at: at, message: { role: 'assistant', content }, done: false }),
  rawText: (model, contentJson) =>
    `{"model":"${model}","message":{"role":"assistant","content":${contentJson}},"done":false}\n`,
  call: (model, name, args) => {
    const tool_calls = [{ function: { name, arguments: args } }];
    return ndjson({ model, created_at: at, message: { role: 'assistant', content: '', tool_calls }, done: false });
  },
  end: (model) =>
    ndjson({
      model,
      created_at: at,
      message: { role: 'assistant', content: '' },
      done_reason: 'stop',
      done: true,
      total_duration: 5_191_566_416,
      prompt_eval_count: 26,
      eval_count: 298,
    }),
  error: (sentence) => ndjson({ error: sentence }),
  inventory: (models) => ({
    '/api/version': { version: '0.12.6' },
    '/api/tags': {
      models: models.map((name) => ({ name, model: name, digest: `sha256:${name}`, size: 1, details: {} })),
    },
    '/api/ps': { models: [] },
    '/api/show': { capabilities: ['completion'], model_info: {} },
  }),
  embeddings: (model, embeddings) => ({ model, embeddings, total_duration: 1, prompt_eval_count: 8 }),
};

const chunk = (model: string, choices: object[], more: object = {}): string =>
  event({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_763_000_000, model, choices, ...more });

const openai: Dialect = {
  kind: 'openai',
  chatPath: '/v1/chat/completions',
  embedPath: '/v1/embeddings',
  streamType: 'text/event-stream; charset=utf-8',
  text: (model, content) => chunk(model, [{ index: 0, delta: { content }, finish_reason: null }]),
  rawText: (model, contentJson) =>
    `data: {"model":"${model}","choices":[{"index":0,"delta":{"content":${contentJson}}}]}\n\n`,
  call: (model, name, args) => {
    const called = { index: 0, id: 'call_a1', type: 'function', function: { name, arguments: '' } };
    const piece = { index: 0, function: { arguments: JSON.stringify(args) } };
    return (
      chunk(model, [{ index: 0, delta: { tool_calls: [called] } }]) +
      chunk(model, [{ index: 0, delta: { tool_calls: [piece] } }])
    );
  },
  end: (model) =>
    chunk(model, [{ index: 0, delta: {}, finish_reason: 'stop' }]) +
    chunk(model, [], { usage: { prompt_tokens: 26, completion_tokens: 298, total_tokens: 324 } }) +
    'data: [DONE]\n\n',
  error: (message) => event({ error: { message, type: 'server_error', code: null } }),
  inventory: (models) => ({
    '/v1/models': { object: 'list', data: models.map((id) => ({ id, object: 'model', owned_by: 'tests' })) },
  }),
  embeddings: (model, vectors) => ({
    object: 'list',
    model,
    data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })).reverse(),
    usage: { prompt_tokens: 8, total_tokens: 8 },
  }),
};

export const DIALECTS: Dialect[] = [ollama, openai];
