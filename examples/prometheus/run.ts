// A server, a model server and Debian's Prometheus with the rules that are shipped: the model server is killed, and both
// Prometheus and the server's own table have the alert, the second told by a signed webhook; it comes back, and both are over.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '../../src/client/client.ts';
import { until } from '../../test/support/until.ts';
import { startModels } from '../model-fleet/processes.ts';
import { end, type Started } from '../process.ts';
import { FOR_MS, startPrometheus, startServer } from './processes.ts';
import { openReceiver } from './receiver.ts';

type PrometheusAlert = { state: string; labels: Record<string, string>; annotations: Record<string, string> };

const RULE = 'WhooshAgentDown';
const PATIENCE = { timeoutMs: 90_000, everyMs: 100 };
const say = (line: string) => process.stdout.write(`${line}\n`);
const began = performance.now();
const folder = await mkdtemp(join(tmpdir(), 'whoosh-example-'));
const running: Started[] = [];
const receiver = await openReceiver();

try {
  const server = await startServer(folder, receiver);
  running.push(server);
  const client = createClient({ url: server.url, key: (await readFile(join(folder, 'admin.key'), 'utf8')).trim() });
  const models = await startModels('ollama', 20);
  running.push(models);
  await client.addAgent({ kind: 'ollama', name: 'gpu', url: models.url });
  await client.approveAgent('gpu');
  const prometheus = await startPrometheus(folder, server.url);
  running.push(prometheus);
  say(
    `server at ${server.url}, with one model server; Prometheus at ${prometheus.url} (rules wait ${FOR_MS / 1000} s, not 1 m)`,
  );

  await until(async () => (await readValue('up{job="whoosh"}')) === 1, PATIENCE);
  await until(async () => (await readValue('whoosh_agent_up{agent="gpu"}')) === 1, PATIENCE);
  say(`it scrapes ${await readValue('count({job="whoosh"})')} series; gpu is up [S20]`);
  // Before its first scrape it had no replica at all.
  await until(async () => !(await firing()).length, PATIENCE);

  await end(models.child, 'SIGKILL');
  // Two in a row say that it is gone; by themselves they come every half a minute.
  for (let probe = 0; probe < 2; probe++) await client.probeAgent('gpu');
  say('gpu killed with SIGKILL');
  const { state, annotations } = await until(async () => (await firing())[0], PATIENCE);
  say(`Prometheus: ${state} ${RULE}: ${annotations.summary} ${annotations.runbook_url} [S23]`);
  const { summary } = await until(async () => (receiver.rules.includes(RULE) ? (await own())[0] : undefined), PATIENCE);
  say(`the server: ${summary} Webhook delivered, with a good signature`);

  running.push(await startModels('ollama', 20, Number(new URL(models.url).port)));
  await client.probeAgent('gpu');
  await until(async () => !(await firing()).length && !(await own()).length, PATIENCE);
  say('gpu is back, and both alerts are over');

  async function ask<T>(path: string): Promise<T> {
    const answer = await fetch(`${prometheus.url}/api/v1/${path}`);
    return ((await answer.json()) as { data: T }).data;
  }

  async function readValue(query: string): Promise<number> {
    type Answer = { result: { value: [number, string] }[] };
    const { result } = await ask<Answer>(`query?query=${encodeURIComponent(query)}`);
    return Number(result[0]?.value[1]);
  }

  async function firing(): Promise<PrometheusAlert[]> {
    const { alerts } = await ask<{ alerts: PrometheusAlert[] }>('alerts');
    return alerts.filter(({ state }) => state === 'firing');
  }

  async function own() {
    const alerts = await Array.fromAsync(client.listAlerts());
    return alerts.filter(({ rule }) => rule === RULE);
  }
} finally {
  for (const { child } of running.toReversed()) await end(child, 'SIGTERM');
  receiver.close();
  await rm(folder, { recursive: true, force: true });
}
say(`${((performance.now() - began) / 1000).toFixed(0)} s`);
