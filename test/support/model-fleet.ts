import type { z } from 'zod';
import type { addAgent } from '../../src/agents/schema.ts';
import type { Client } from '../../src/client/client.ts';
import { testDatabase } from './database.ts';
import { type RunningServer, runningServer } from './running-server.ts';
import { tcpProxy } from './tcp-proxy.ts';

type Add = Partial<z.input<typeof addAgent>> & { name: string; url: string };

/** Replicas on one database, without runners: their agents are model servers. */
export async function modelFleet({ replicas = 1, env = {} }: { replicas?: number; env?: NodeJS.ProcessEnv } = {}) {
  const { url, db } = await testDatabase();
  const proxy = await tcpProxy(url);
  const DATABASE_URL = proxy.url;
  const servers: RunningServer[] = [];
  for (let count = 0; count < replicas; count++) servers.push(await runningServer({ DATABASE_URL, ...env }));
  const server = servers[0]!;
  const { client } = server;
  const request = async (method: string, path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>> => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${server.key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = response.status === 204 ? undefined : await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    db,
    /** The way of the replicas to the database. */
    proxy,
    server,
    servers,
    client,
    request,
    /** Adds a model server and approves it. */
    async add({ kind = 'ollama', ...more }: Add) {
      await request('POST', '/agents', { kind, ...more });
      return request('POST', `/agents/${more.name}/approve`);
    },
    /** Submits a task and waits for its end. */
    async run(task: Omit<Parameters<Client['submitTask']>[0], 'title'>) {
      const { id } = await client.submitTask({ title: 'A task', ...task });
      return client.waitTask(id, { timeoutMs: 20_000 });
    },
    /** The log of a task, as one text a stream. */
    async logOf(id: string, stream = 'stdout') {
      const entries = await Array.fromAsync(client.readLog(id));
      return entries
        .filter((entry) => entry.stream === stream)
        .map(({ text }) => text)
        .join('');
    },
  };
}
