import { expect, test } from 'vitest';
import { modelFleet } from '../../../test/support/model-fleet.ts';
import { talkingServer } from '../../../test/support/model-servers/talking-server.ts';

const CHAT = { capabilities: ['chat'] };
const SCHEMA = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'], additionalProperties: false };

async function given(settings: Parameters<typeof talkingServer>[0] = {}, more: object = {}) {
  const fleet = await modelFleet();
  const models = await talkingServer(settings);
  await fleet.add({ name: 'laptop', kind: settings.kind ?? 'ollama', url: models.url, ...more });
  return { ...fleet, models };
}

test.each(['ollama', 'openai'] as const)(
  '%s: a prompt is answered: tokens in the log, the text as the result, and what it took',
  async (kind) => {
    const { run, logOf, client } = await given({ kind });
    const task = await run({ prompt: 'Say hello.', needs: CHAT });
    expect(task).toMatchObject({ state: 'succeeded', result: 'Hello world', attempts: 1 });
    expect(await logOf(task.id)).toBe('Hello world');
    expect(await client.listAttempts(task.id)).toMatchObject([
      {
        agent: 'laptop',
        runner: null,
        outcome: 'succeeded',
        usage: {
          model: 'llama3.2:3b',
          finish_reason: 'stop',
          input_tokens: 26,
          output_tokens: 298,
          time_to_first_token_ms: expect.any(Number),
          tokens_per_second: expect.any(Number),
          duration_ms: expect.any(Number),
        },
      },
    ]);
  },
);

test('a model with a price: the attempt says what it cost [P6]', async () => {
  const prices = { 'llama3.2:3b': { input_per_million: 1, output_per_million: 10 } };
  const { run, client } = await given({}, { prices });
  const { id } = await run({ prompt: 'Say hello.', needs: CHAT });
  expect((await client.listAttempts(id))[0]?.usage).toMatchObject({ cost: 0.003006, currency: 'USD' });
});

test('the model is sent system text, messages, then the prompt with the input and the results it depends on', async () => {
  const { client, models } = await given();
  const first = await client.submitTask({ title: 'First', prompt: 'One?', needs: CHAT });
  const { id } = await client.submitTask({
    title: 'Second',
    prompt: 'Two?',
    input: { part: 2 },
    call: { system: 'Be short.', messages: [{ role: 'assistant', content: 'Yes?' }], parameters: { temperature: 0 } },
    depends_on: [{ task: first.id, name: 'first' }],
  });
  expect(await client.waitTask(id)).toMatchObject({ state: 'succeeded' });
  const { body } = await models.callAt(1);
  expect(body.messages).toEqual([
    { role: 'system', content: 'Be short.' },
    { role: 'assistant', content: 'Yes?' },
    {
      role: 'user',
      content:
        'Two?\n\nInput:\n{"part":2}\n\nResults of earlier tasks:\n{"first":{"state":"succeeded","result":"Hello world"}}',
    },
  ]);
  expect(body.options).toMatchObject({ temperature: 0 });
});

test('a conversation goes on with what was said, which the model is told once', async () => {
  const { client, run, models } = await given();
  const first = await run({ prompt: 'Say hello.', input: { to: 'Ann' }, needs: CHAT });
  const { id } = await client.continueTask(first.id, { prompt: 'And again?' });
  expect(await client.waitTask(id)).toMatchObject({ state: 'succeeded' });
  const { body } = await models.callAt(1);
  expect(body.messages).toEqual([
    { role: 'user', content: 'Say hello.\n\nInput:\n{"to":"Ann"}' },
    { role: 'assistant', content: 'Hello world' },
    { role: 'user', content: 'And again?' },
  ]);
});

test('with a result_schema the model is told of it, and the result is the JSON that it wrote [P5]', async () => {
  const { run, models } = await given({ onChat: (call) => call.answer('```json\n{"n": 4}\n```') });
  const task = await run({ prompt: 'Two and two?', result_schema: SCHEMA, needs: CHAT });
  expect(task).toMatchObject({ state: 'succeeded', result: { n: 4 } });
  expect((await models.callAt(0)).body.format).toEqual(SCHEMA);
});

test.each([
  ['is not JSON', 'four', 'The answer is not JSON'],
  ['breaks the schema', '{"n": "four"}', 'integer'],
])('JSON that %s fails the task as invalid, for good', async (_how, text, why) => {
  const { run, models } = await given({ onChat: (call) => call.answer(text) });
  const task = await run({ prompt: 'Two and two?', result_schema: SCHEMA, needs: CHAT });
  expect(task).toMatchObject({ state: 'failed', reason: 'invalid', attempts: 1 });
  expect(task.error).toMatchObject({ code: 'invalid', message: expect.stringContaining(why) });
  expect(models.calls).toHaveLength(1);
});

test.each(['four', '{"n": "four"}'])(
  'with repairs the model is asked once more, with what was wrong with %s',
  async (bad) => {
    const { run, models, client, logOf } = await given({
      onChat: (call) => call.answer(models.calls.length === 1 ? bad : '{"n": 4}'),
    });
    const task = await run({ prompt: 'Two and two?', result_schema: SCHEMA, call: { repairs: 1 } });
    expect(task).toMatchObject({ state: 'succeeded', result: { n: 4 }, attempts: 1 });
    const { body } = await models.callAt(1);
    expect(body.messages.slice(1)).toEqual([
      { role: 'assistant', content: bad },
      { role: 'user', content: expect.stringContaining('Answer again') },
    ]);
    expect((await client.listAttempts(task.id))[0]?.usage).toMatchObject({ repaired: 1, output_tokens: 596 });
    expect(await logOf(task.id, 'system')).toContain('asked once more');
  },
);

test('a model that stays wrong is asked twice and no more [P5]', async () => {
  const { run, models } = await given({ onChat: (call) => call.answer('four') });
  const task = await run({ prompt: 'Two and two?', call: { repairs: 1, response_format: 'json' } });
  expect(task).toMatchObject({ state: 'failed', reason: 'invalid', attempts: 1 });
  expect(models.calls).toHaveLength(2);
});

test('a model that calls tools: the result is its text and the calls', async () => {
  const { run } = await given({
    onChat: (call) => {
      call.say('Looking. ');
      call.res.write(call.dialect.call(call.model, 'weather', { city: 'Bern' }));
      call.end();
    },
  });
  const tools = [{ name: 'weather', parameters: { type: 'object' } }];
  const task = await run({ prompt: 'How is the weather?', call: { tools } });
  expect(task.result).toEqual({
    text: 'Looking. ',
    tool_calls: [{ id: expect.any(String), name: 'weather', arguments: '{"city":"Bern"}' }],
  });
});

test('texts are embedded by a model that embeds, not by one that chats', async () => {
  const { run, models, client } = await given({ models: ['llama3.2:3b', 'nomic-embed'] });
  const task = await run({ call: { embed: ['one', 'two'] } });
  expect(task).toMatchObject({
    state: 'succeeded',
    result: {
      embeddings: [
        [0, 0.5],
        [1, 0.5],
      ],
    },
  });
  expect(models.calls).toEqual([]);
  expect((await client.listAttempts(task.id))[0]?.usage).toMatchObject({ model: 'nomic-embed', input_tokens: 8 });
});

test('a task without prompt, messages or texts fails at once: there is nothing to ask', async () => {
  const { run, models } = await given();
  const task = await run({ needs: CHAT });
  expect(task).toMatchObject({ state: 'failed', attempts: 1, error: { code: 'no_prompt' } });
  expect(models.calls).toEqual([]);
});

test('an answer over 1 MiB fails clearly; its log is kept', async () => {
  const { run, logOf } = await given({ onChat: (call) => call.answer('12345678'.repeat(8191).concat(' ').repeat(17)) });
  const task = await run({ prompt: 'Talk.', needs: CHAT });
  expect(task).toMatchObject({ state: 'failed', attempts: 1, error: { code: 'result_too_large' } });
  expect(await logOf(task.id)).toHaveLength(17 * 65_529);
});

test('NUL and halves of characters in an answer do no harm', async () => {
  const { run, logOf } = await given({
    onChat: (call) => {
      call.res.writeHead(200, { 'content-type': call.dialect.streamType });
      call.res.write(call.dialect.rawText(call.model, String.raw`"{\"a\": \"x\\u0000\\ud800\"}"`));
      call.end();
    },
  });
  const task = await run({ prompt: 'Talk.', call: { response_format: 'json' } });
  expect(task).toMatchObject({ state: 'succeeded', result: { a: 'x\uFFFD\uFFFD' } });
  expect(await logOf(task.id)).toContain('{"a"');
});

test('a model that smiles instead of writing JSON fails its task, and says so', async () => {
  const { run, models } = await given();
  models.onChat = (call) => call.answer('\u{1F600} Sure! {}');
  const task = await run({ prompt: 'JSON!', needs: CHAT, call: { response_format: 'json', repairs: 1 } });
  expect(task).toMatchObject({
    state: 'failed',
    reason: 'invalid',
    error: { message: expect.stringContaining('not JSON') },
  });
});
