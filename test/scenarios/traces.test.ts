import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { end } from '../../examples/process.ts';
import { testDatabase } from '../support/database.ts';
import { sendJson } from '../support/model-servers/send-json.ts';
import { serveWild } from '../support/model-servers/serve-wild.ts';
import { talkingServer } from '../support/model-servers/talking-server.ts';
import { otlpReceiver, type SentSpan } from '../support/otlp-receiver.ts';
import { type RunningServer, runningServer } from '../support/running-server.ts';
import { serveProcess } from '../support/serve-process.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';
import { WHOOSH } from '../support/whoosh.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const PROMPT = 'hunter2-in-the-prompt';

/** `whoosh runner` in a process of its own, with a shell. */
async function startRunner(server: RunningServer, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const folder = await testFolder();
  const agents = 'agents: [{name: sh, kind: command, command: [sh, -s], capabilities: [sh]}]\n';
  await writeFile(join(folder, 'agents.yaml'), agents);
  const { token } = await server.client.createEnrolment();
  const args = ['runner', '--server', server.url, '--token', token, '--name', 'r', '--folder', folder];
  const child = spawn(process.execPath, [WHOOSH, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => end(child, 'SIGKILL'));
  await until(async () => (await server.client.listAgents()).some(({ status }) => status === 'online'));
  return child;
}

async function submit(server: RunningServer, task: object, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${server.url}/api/v1/tasks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ title: 'x', ...task }),
  });
  return ((await response.json()) as { id: string }).id;
}

const traceparent = `00-${TRACE}-${CALLER}-01`;
const named = (spans: SentSpan[], name: string): SentSpan => {
  const found = spans.filter((span) => span.traceId === TRACE && span.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]!;
};

test('one trace leads from the request of whoever submits through queue, attempt and runner to the command [TR1]', async () => {
  const { url: OTEL_EXPORTER_OTLP_ENDPOINT, spans } = await otlpReceiver();
  const server = await runningServer({ OTEL_EXPORTER_OTLP_ENDPOINT });
  const runner = await startRunner(server, { OTEL_EXPORTER_OTLP_ENDPOINT });
  const prompt = `: ${PROMPT}; echo "\\"$TRACEPARENT\\"" > "$WHOOSH_RESULT_FILE"`;
  const id = await submit(server, { prompt, needs: { capabilities: ['sh'] } }, { traceparent });
  const task = await server.client.waitTask(id);
  const exited = once(runner, 'exit');
  runner.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  await until(() => ['queue', 'attempt', 'run sh'].every((name) => spans.some((span) => span.name === name)));

  const request = named(spans, 'POST /api/v1/tasks');
  const [queue, attempt, run] = [named(spans, 'queue'), named(spans, 'attempt'), named(spans, 'run sh')];
  expect(request).toMatchObject({
    parentSpanId: CALLER,
    service: 'whoosh',
    kind: 2,
    attributes: { 'http.route': '/api/v1/tasks', 'http.response.status_code': 201 },
  });
  expect([queue.parentSpanId, attempt.parentSpanId]).toEqual([request.spanId, request.spanId]);
  expect(run).toMatchObject({ parentSpanId: attempt.spanId, service: 'whoosh-runner', status: 0 });
  expect(attempt.attributes).toMatchObject({
    'whoosh.task.id': id,
    'whoosh.attempt.epoch': 1,
    'whoosh.attempt.outcome': 'succeeded',
    'whoosh.agent.name': 'sh',
  });
  expect(task).toMatchObject({
    traceparent: `00-${TRACE}-${request.spanId}-01`,
    result: `00-${TRACE}-${run.spanId}-01`,
  });
  expect(queue.endMs).toBe(attempt.startMs);
  expect(JSON.stringify(spans)).not.toContain(PROMPT);
});

test('a call of a model is a span by the names of the GenAI conventions, and the model server gets its traceparent [TR1]', async () => {
  const { url: OTEL_EXPORTER_OTLP_ENDPOINT, spans, asked } = await otlpReceiver();
  const OTEL_EXPORTER_OTLP_HEADERS = 'x-key=s%20e, other=1';
  const server = await runningServer({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS });
  const model = await talkingServer({ kind: 'openai', models: ['qwen3'] });
  await server.client.addAgent({ kind: 'openai', name: 'vllm', url: model.url });
  await server.client.approveAgent('vllm');
  const task = { prompt: PROMPT, call: { parameters: { temperature: 0.5 } }, needs: { kind: 'openai' } };
  const id = await submit(server, task, { traceparent });
  expect(await server.client.waitTask(id)).toMatchObject({ state: 'succeeded' });
  await until(() => ['attempt', 'chat qwen3'].every((name) => spans.some((span) => span.name === name)));

  const [attempt, call] = [named(spans, 'attempt'), named(spans, 'chat qwen3')];
  expect(call).toMatchObject({
    parentSpanId: attempt.spanId,
    kind: 3,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'qwen3',
      'gen_ai.request.temperature': 0.5,
      'gen_ai.response.finish_reasons': ['stop'],
      'server.port': Number(new URL(model.url).port),
    },
  });
  const chat = model.asked.find(({ path }) => path.endsWith('/chat/completions'))!;
  expect(chat.headers.traceparent).toBe(`00-${TRACE}-${call.spanId}-01`);
  expect(asked[0]!.headers).toMatchObject({ 'x-key': 's e', other: '1' });
  expect(JSON.stringify(spans)).not.toMatch(new RegExp(`${PROMPT}|Hello world`));
});

test('an attempt that fails, and a task that nobody took, are told with their codes and no sentence [TR1]', async () => {
  const { url: OTEL_EXPORTER_OTLP_ENDPOINT, spans } = await otlpReceiver();
  const server = await runningServer({ OTEL_EXPORTER_OTLP_ENDPOINT });
  await startRunner(server, {});
  const failing = await submit(
    server,
    { prompt: `echo ${PROMPT} >&2; exit 3`, needs: { capabilities: ['sh'] } },
    { traceparent },
  );
  expect(await server.client.waitTask(failing)).toMatchObject({ state: 'failed' });
  const waiting = await submit(
    server,
    { needs: { capabilities: ['none'] }, allow_unsatisfiable: true },
    { traceparent },
  );
  await server.client.cancelTask(waiting);
  await until(() => spans.filter(({ name }) => name === 'queue').length === 2);

  expect(named(spans, 'attempt')).toMatchObject({
    status: 2,
    attributes: { 'error.type': 'exit_3', 'whoosh.attempt.outcome': 'failed', 'whoosh.task.state': 'failed' },
  });
  const unclaimed = spans.find((span) => span.name === 'queue' && span.attributes['whoosh.task.id'] === waiting);
  expect(unclaimed).toMatchObject({ status: 2, attributes: { 'error.type': 'cancelled' } });
  expect(JSON.stringify(spans)).not.toContain(PROMPT);
});

test('without a collector nothing is traced, and the traceparent of who submits still reaches the work [TR2]', async () => {
  const server = await runningServer();
  await startRunner(server, {});
  const prompt = `echo "\\"\${TRACEPARENT-none}\\"" > "$WHOOSH_RESULT_FILE"`;
  const needs = { capabilities: ['sh'] };
  const [given, bad] = await Promise.all(
    [traceparent, `${traceparent}-x`].map((one) => submit(server, { prompt, needs }, { traceparent: one })),
  );
  expect(await server.client.waitTask(given!)).toMatchObject({ traceparent, result: traceparent });
  expect(await server.client.waitTask(bad!)).toMatchObject({ traceparent: null, result: 'none' });
});

test('traces that whoever submits does not keep, and those the ratio leaves out, are not sent [TR2]', async () => {
  const { url: OTEL_EXPORTER_OTLP_ENDPOINT, spans } = await otlpReceiver();
  const server = await runningServer({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER_ARG: '0' });
  await submit(server, { allow_unsatisfiable: true, needs: { capabilities: ['x'] } });
  await submit(
    server,
    { allow_unsatisfiable: true, needs: { capabilities: ['x'] } },
    { traceparent: `00-${TRACE}-${CALLER}-00` },
  );
  const kept = 'a'.repeat(32);
  await submit(
    server,
    { allow_unsatisfiable: true, needs: { capabilities: ['x'] } },
    { traceparent: `00-${kept}-${CALLER}-01` },
  );
  await server.stop();
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([kept]));
});

test('a stranger gets no trace into the collector [TR2]', async () => {
  const { url: OTEL_EXPORTER_OTLP_ENDPOINT, spans } = await otlpReceiver();
  const server = await runningServer({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER_ARG: '0' });
  const ask = (headers: Record<string, string>) => fetch(`${server.url}/api/v1/projects`, { headers });
  const unknown = `00-${'a'.repeat(32)}-${CALLER}-01`;
  for (let count = 0; count < 101; count++) await (await ask({ traceparent: unknown })).text();
  expect((await ask({ traceparent: unknown })).status).toBe(429);
  expect((await ask({ traceparent, authorization: `Bearer ${server.key}` })).status).toBe(200);
  await server.stop();
  expect(spans.map(({ traceId }) => traceId)).toEqual([TRACE]);
});

test.each(['dead', 'silent', 'broken'])('a collector that is %s costs the work nothing [TR2]', async (how) => {
  const { url: DATABASE_URL } = await testDatabase();
  const wild = await serveWild((_req, res) => how === 'broken' && sendJson(res, {}, 500));
  const OTEL_EXPORTER_OTLP_ENDPOINT = how === 'dead' ? 'http://127.0.0.1:9' : wild.url;
  const server = await serveProcess({ DATABASE_URL, OTEL_EXPORTER_OTLP_ENDPOINT });
  const client = await server.client();
  for (let count = 0; count < 20; count++) {
    const needs = { capabilities: ['x'] };
    expect(await client.submitTask({ title: 'x', needs, allow_unsatisfiable: true })).toMatchObject({
      state: 'queued',
    });
  }
  const began = performance.now();
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
});
