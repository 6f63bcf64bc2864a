import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getLlama, LlamaCompletion } from 'node-llama-cpp';
import { writeTinyGguf } from './tiny-gguf.mjs';

/** A real llama.cpp behind the few routes of OpenAI that the test needs. Says its port on standard output. */
const MODEL = 'tiny-random';
const folder = mkdtempSync(join(tmpdir(), 'whoosh-llama-cpp-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.on('SIGTERM', () => process.exit(0));

const path = join(folder, 'tiny.gguf');
writeTinyGguf(path);
// Only what came with the package: a missing binary is not to be built or fetched. Several threads wait for one another by
// spinning: on a busy machine 40 tokens took 14 seconds.
const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error', maxThreads: 1 });
const model = await llama.loadModel({ modelPath: path });
const embedder = await model.createEmbeddingContext({ contextSize: 128 });

const json = (res, status, body) =>
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const listed = {
  id: MODEL,
  object: 'model',
  owned_by: 'node-llama-cpp',
  meta: { n_ctx_train: model.trainContextSize, size: model.size },
};

async function embed(res, { input }) {
  const data = [];
  for (const [index, text] of input.entries()) {
    const { vector } = await embedder.getEmbeddingFor(text);
    data.push({ object: 'embedding', index, embedding: vector });
  }
  json(res, 200, { object: 'list', model: MODEL, data, usage: { prompt_tokens: 1, total_tokens: 1 } });
}

async function complete(res, { messages, max_tokens: maxTokens = 64, temperature = 0, seed = 1 }) {
  const stop = new AbortController();
  res.on('close', () => stop.abort());
  const send = (choice, more = {}) =>
    res.write(
      `data: ${JSON.stringify({ object: 'chat.completion.chunk', model: MODEL, choices: choice, ...more })}\n\n`,
    );
  const context = await model.createContext({ contextSize: 256 });
  const prompt = model.tokenize(messages.map(({ content }) => content).join('\n'));
  const contextSequence = context.getSequence();
  const completion = new LlamaCompletion({ contextSequence });
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  await completion
    .generateCompletion(prompt, {
      maxTokens,
      temperature,
      seed,
      signal: stop.signal,
      onTextChunk: (content) => send([{ index: 0, delta: { content }, finish_reason: null }]),
    })
    .catch((error) => {
      if (!stop.signal.aborted) throw error;
      console.log('aborted');
    });
  const tokens = contextSequence.tokenMeter.usedOutputTokens;
  await context.dispose();
  send([{ index: 0, delta: {}, finish_reason: tokens >= maxTokens ? 'length' : 'stop' }]);
  send([], { usage: { prompt_tokens: prompt.length, completion_tokens: tokens } });
  res.end('data: [DONE]\n\n');
}

const server = createServer(async (req, res) => {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  const body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {};
  if (req.url === '/v1/models') return json(res, 200, { object: 'list', data: [listed] });
  if (body.model !== MODEL) return json(res, 404, { error: { message: `The model ${body.model} does not exist` } });
  return req.url === '/v1/embeddings' ? embed(res, body) : complete(res, body);
});
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
