// A model server of the example, as a process of its own, so that it can really be killed: speaks as Ollama or as an
// OpenAI-compatible server does, and answers every prompt with a few words at its own speed.
// Usage: node model-server.mjs ollama|openai PORT MILLISECONDS_PER_TOKEN
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const [dialect, port, tokenMs] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

/** What the models can do, in the words of Ollama. */
const MODELS = {
  ollama: { 'small:3b': ['completion', 'tools'], 'seer:7b': ['completion', 'vision'] },
  openai: { 'large-70b': ['completion', 'tools'], 'embed-small': ['embedding'] },
}[dialect];

const ROUTES = {
  'GET /api/version': () => ({ version: '0.12.6' }),
  'GET /api/tags': () => ({
    models: Object.keys(MODELS).map((name) => ({ name, model: name, digest: `sha256:${name}`, size: 1, details: {} })),
  }),
  'GET /api/ps': () => ({ models: [] }),
  'POST /api/show': ({ model }) => ({ capabilities: MODELS[model], model_info: {} }),
  'GET /v1/models': () => ({
    object: 'list',
    data: Object.entries(MODELS).map(([id, capabilities]) => ({ id, object: 'model', capabilities })),
  }),
  'POST /v1/embeddings': ({ model, input }) => ({
    object: 'list',
    model,
    data: input.map((text, index) => ({ object: 'embedding', index, embedding: [text.length, 0.5] })),
    usage: { prompt_tokens: input.length, total_tokens: input.length },
  }),
};

const line = (value) => `${JSON.stringify(value)}\n`;
const event = (value) => `data: ${JSON.stringify(value)}\n\n`;
const choice = (delta, finish_reason = null) => ({ choices: [{ index: 0, delta, finish_reason }] });
const SPEECH = {
  ollama: {
    type: 'application/x-ndjson',
    word: (model, content) => line({ model, message: { role: 'assistant', content }, done: false }),
    end: (model, count) =>
      line({
        model,
        message: { role: 'assistant', content: '' },
        done: true,
        done_reason: 'stop',
        prompt_eval_count: 8,
        eval_count: count,
      }),
  },
  openai: {
    type: 'text/event-stream',
    word: (model, content) => event({ object: 'chat.completion.chunk', model, ...choice({ content }) }),
    end: (model, count) =>
      event({ object: 'chat.completion.chunk', model, ...choice({}, 'stop') }) +
      event({ model, choices: [], usage: { prompt_tokens: 8, completion_tokens: count } }) +
      'data: [DONE]\n\n',
  },
}[dialect];

async function chat(res, { model, messages }) {
  const question = messages.at(-1).content;
  const asked = typeof question === 'string' ? question : question.find(({ type }) => type === 'text').text;
  const words = `${model} has thought about it for a while, and this is what it says to "${asked}": yes.`.split(
    /(?<= )/,
  );
  res.writeHead(200, { 'content-type': SPEECH.type });
  for (const word of words) {
    await pause(tokenMs);
    res.write(SPEECH.word(model, word));
  }
  res.end(SPEECH.end(model, words.length));
}

createServer(async (req, res) => {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  const body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {};
  if (/\/chat(\/completions)?$/.test(req.url)) return chat(res, body);
  const answer = ROUTES[`${req.method} ${req.url}`]?.(body);
  res
    .writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
    .end(JSON.stringify(answer ?? { error: 'not found' }));
}).listen(port, '127.0.0.1', function () {
  process.stdout.write(`http://127.0.0.1:${this.address().port}\n`);
});
