import { expect, test } from 'vitest';
import { modelFleet } from '../../../test/support/model-fleet.ts';
import { type Call, talkingServer } from '../../../test/support/model-servers/talking-server.ts';
import { until } from '../../../test/support/until.ts';

const CHAT = { capabilities: ['chat'] };
const SOON = { backoff_base_ms: 0, needs: CHAT };

async function given(onChat?: (call: Call) => void) {
  const fleet = await modelFleet();
  const models = await talkingServer(onChat && { onChat });
  await fleet.add({ name: 'laptop', url: models.url, max_concurrent: 4 });
  const outcomes = async (id: string) =>
    (await fleet.client.listAttempts(id)).map(({ outcome, error }) => [outcome, error?.code]);
  return { ...fleet, models, outcomes };
}

test('a server that dies in mid-stream: the attempt counts, and the next one succeeds', async () => {
  const { run, models, outcomes, logOf } = await given();
  models.onChat = (call) => {
    if (models.calls.length > 1) return call.answer('Hello world');
    call.say('Hel');
    setTimeout(() => call.req.socket.destroy(), 20);
  };
  const task = await run({ prompt: 'Hi', ...SOON });
  expect(task).toMatchObject({ state: 'succeeded', result: 'Hello world', attempts: 2 });
  expect(await outcomes(task.id)).toEqual([
    ['failed', 'transport'],
    ['succeeded', undefined],
  ]);
  expect(await logOf(task.id)).toBe('HelHello world');
});

test('a server that cannot be reached: its work goes to another one, and no attempt is counted', async () => {
  const { run, add, models, outcomes } = await given();
  const other = await talkingServer();
  await add({ name: 'other', url: other.url });
  await models.stop();
  const task = await run({ prompt: 'Hi', ...SOON });
  expect(task).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect((await outcomes(task.id)).at(-1)).toEqual(['succeeded', undefined]);
});

test('a server that stays unreachable is asked less and less, until its breaker opens; the task waits and says why [P3]', async () => {
  const { client, models, request, outcomes } = await given();
  await models.stop();
  const tasks = ['one', 'two', 'three'].map((title) => ({ title, prompt: 'Hi', ...SOON }));
  const { items } = await client.submitBatch({ tasks });
  await until(async () => (await request('GET', '/agents/laptop')).breaker_open);
  const id = items[0]!.id;
  await until(async () => (await client.getTask(id)).state === 'queued');
  expect(await client.getTask(id)).toMatchObject({ attempts: 0 });
  const attempts = (await Promise.all(items.map((item) => outcomes(item.id)))).flat();
  expect(attempts.length).toBeLessThan(8);
  expect(new Set(attempts.map(String))).toEqual(new Set(['released,']));
  const why = await client.whyTask(id);
  expect(why.agents).toMatchObject([{ verdict: 'breaker_open', detail: expect.stringContaining('no work until') }]);
});

test('a server with too much to do is left alone for as long as it asks; the attempt does not count', async () => {
  const { run, models, outcomes } = await given();
  const at: number[] = [];
  models.onChat = (call) => {
    at.push(performance.now());
    if (at.length > 2) call.answer('Hello world');
    else call.refuse(429, 'too many requests', { 'retry-after': '1' });
  };
  const task = await run({ prompt: 'Hi', ...SOON });
  expect(task).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(await outcomes(task.id)).toEqual([
    ['released', undefined],
    ['released', undefined],
    ['succeeded', undefined],
  ]);
  expect(at[1]! - at[0]!).toBeGreaterThan(990);
});

test('a server that wants to be asked again at once, and refuses again, is asked less and less all the same', async () => {
  const { run, models, outcomes } = await given();
  const at: number[] = [];
  models.onChat = (call) => {
    at.push(performance.now());
    if (at.length > 4) call.answer('Hello world');
    else call.refuse(429, 'too many requests', { 'retry-after': '0' });
  };
  const task = await run({ prompt: 'Hi', ...SOON });
  expect(await outcomes(task.id)).toHaveLength(5);
  // Half of 0.25 + 0.5 + 1 + 2 seconds, by the jitter.
  expect(at[4]! - at[0]!).toBeGreaterThan(1800);
});

test('failures with successes between them are none in a row: the breaker stays closed', async () => {
  const { run, models, db } = await given();
  models.onChat = (call) => {
    if (models.calls.length % 2) call.req.socket.destroy();
    else call.answer('Hello world');
  };
  for (let failures = 0; failures < 6; failures++)
    expect(await run({ prompt: 'Hi', ...SOON })).toMatchObject({ state: 'succeeded', attempts: 2 });
  expect(await db.query("select from events where type = 'agent.breaker_opened'")).toEqual([]);
});

test('what the server refuses is not tried again', async () => {
  const { run, models } = await given((call) => call.refuse(400, 'the prompt is too long'));
  const task = await run({ prompt: 'Hi', ...SOON });
  const error = { code: 'refused', message: expect.stringContaining('the prompt is too long') };
  expect(task).toMatchObject({ state: 'failed', attempts: 1, error });
  expect(models.calls).toHaveLength(1);
});

test('a bad key fails no task: they wait, and why names the key [P3]', async () => {
  const { client, models, request } = await given((call) => call.refuse(401, 'bad key'));
  const tasks = ['one', 'two', 'three'].map((title) => ({ title, prompt: 'Hi', ...SOON }));
  const { items } = await client.submitBatch({ tasks });
  await until(async () => (await request('GET', '/agents/laptop')).problem?.includes('bad key'));
  models.onChat = (call) => call.answer('Hello world');
  await until(async () => {
    await request('POST', '/agents/laptop/probe');
    const states = await Promise.all(items.map(async ({ id }) => (await client.getTask(id)).state));
    return states.every((state) => state === 'succeeded');
  });
  expect(await client.getTask(items[0]!.id)).toMatchObject({ attempts: 1 });
});

test('a model that vanished: what the server has is asked anew, and the task waits for the model', async () => {
  const { client, models, request } = await given((call) => call.refuse(404, `model '${call.model}' not found`));
  const { id } = await client.submitTask({
    title: 'Hi',
    prompt: 'Hi',
    backoff_base_ms: 200,
    needs: { model: 'llama3.2:3b' },
  });
  await models.callAt(0);
  models.models = ['other:1b'];
  await until(async () => (await request('GET', '/agents/laptop')).models[0] === 'other:1b');
  await until(async () => (await client.whyTask(id)).agents[0]?.verdict === 'model_missing');
  expect(await client.getTask(id)).toMatchObject({ state: 'queued' });
});

test('nonsense instead of an answer is tried as often as the task allows', async () => {
  const { run, models } = await given((call) => {
    call.res.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
  });
  const task = await run({ prompt: 'Hi', ...SOON, max_attempts: 2 });
  expect(task).toMatchObject({ state: 'failed', reason: 'exhausted', error: { code: 'protocol' } });
  expect(models.calls).toHaveLength(2);
});

test('a call that takes longer than it may is ended, with its socket', async () => {
  const { run, models } = await given((call) => call.say('Hm'));
  const task = await run({ prompt: 'Hi', ...SOON, max_attempts: 1, attempt_timeout_ms: 200 });
  expect(task).toMatchObject({ state: 'failed', error: { code: 'attempt_timeout' } });
  await until(() => models.calls[0]!.isGone());
});
