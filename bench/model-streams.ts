import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../src/client/client.ts';
import type { Figure } from './figure.ts';
import { withModelServer } from './model-server-process.ts';
import { processorSeconds } from './processor-seconds.ts';
import type { ServerProcess } from './server-process.ts';
import { MODEL, streamingModel } from './streaming-model.ts';

const STREAMS = 200;
const TOKENS_PER_SECOND = 50;
const MEASURED_MS = 10_000;

/**
 * What a replica takes for 200 model servers' answers at once, each of 50 tokens a second, all into their logs: processor
 * time and the most resident memory of the server's process over ten seconds in which all of them stream. PostgreSQL is
 * a process of its own and not counted; nobody follows the logs.
 */
export async function modelStreams(): Promise<Figure[]> {
  const seconds = MEASURED_MS / 1000 + 10;
  const model = await streamingModel({
    firstTokenMs: 500,
    tokenMs: 1000 / TOKENS_PER_SECOND,
    tokens: seconds * TOKENS_PER_SECOND,
  });
  try {
    const wanted = { url: model.url, max_concurrent: STREAMS };
    const { cores, mib } = await withModelServer(wanted, (client, server) => measure(client, server, model.calls));
    const load = `${STREAMS} streams of ${TOKENS_PER_SECOND} tokens/s`;
    return [
      { what: `processor for ${load}`, measured: `${cores.toFixed(2)} cores`, goal: '<= 1 core', met: cores <= 1 },
      { what: `memory for ${load}`, measured: `${mib.toFixed(0)} MiB`, goal: '<= 300 MiB', met: mib <= 300 },
    ];
  } finally {
    model.stop();
  }
}

async function measure(client: Client, server: ServerProcess, calls: Map<string, { firstTokenAt: number }>) {
  const tasks = Array.from({ length: STREAMS }, (_, n) => {
    return { title: `stream ${n}`, prompt: `stream ${n}`, needs: { model: MODEL } };
  });
  const { items } = await client.submitBatch({ tasks });
  const streaming = () => [...calls.values()].filter(({ firstTokenAt }) => firstTokenAt > 0).length;
  for (const over = Date.now() + 30_000; streaming() < STREAMS; await pause(20)) {
    if (Date.now() > over) throw new Error(`Only ${streaming()} streams began within 30 s.`);
  }
  const used = await usageOf(server);
  const ended = await Promise.all(items.map(({ id }) => client.waitTask(id, { timeoutMs: 60_000 })));
  const bad = ended.find(({ state }) => state !== 'succeeded');
  if (bad) throw new Error(`A stream ended as ${bad.state}: ${bad.error?.message}`);
  return used;
}

async function usageOf(server: ServerProcess): Promise<{ cores: number; mib: number }> {
  const [begunAt, used] = [performance.now(), processorSeconds(server.child.pid!)];
  let bytes = 0;
  while (performance.now() - begunAt < MEASURED_MS) {
    await pause(250);
    bytes = Math.max(bytes, server.rssBytes());
  }
  const seconds = (performance.now() - begunAt) / 1000;
  return { cores: (processorSeconds(server.child.pid!) - used) / seconds, mib: bytes / 2 ** 20 };
}
