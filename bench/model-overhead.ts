import type { Client } from '../src/client/client.ts';
import type { Figure } from './figure.ts';
import { withModelServer } from './model-server-process.ts';
import { percentile } from './percentile.ts';
import { MODEL, type ModelCall, streamingModel } from './streaming-model.ts';

const SAMPLES = 300;
const WARM_UP = 30;
/** Long enough for a subscriber of the log to be there before the first token. */
const FIRST_TOKEN_MS = 100;

/** Milliseconds of one call. */
type Sample = { direct: number; total: number; toCall: number; toSubscriber: number };

/**
 * What WHOOSH adds to a call of a model until its first token is seen: the time from the moment the attempt is claimed
 * (`claimed_at`, the database's clock on the same machine, to the millisecond below) until a client that follows the
 * task's log over HTTP has the first token, less the time from sending to the first token of a direct call of the same
 * server made just before. Submitting and waiting for a free slot are no part of it: the bench `dispatch` has them.
 */
export async function modelOverhead(): Promise<Figure[]> {
  const model = await streamingModel({ firstTokenMs: FIRST_TOKEN_MS, tokenMs: 5, tokens: 5 });
  try {
    const samples = await withModelServer({ url: model.url, max_concurrent: 4 }, (client) => measure(client, model));
    const at = (share: number, of: (sample: Sample) => number) => percentile(samples.map(of), share);
    const overhead = (sample: Sample) => sample.total - sample.direct;
    const parts = [
      `claim to call ${at(0.5, ({ toCall }) => toCall).toFixed(1)} ms`,
      `token to subscriber ${at(0.5, ({ toSubscriber }) => toSubscriber).toFixed(1)} ms`,
      `${samples.length} calls`,
    ].join(', ');
    return [
      figure(`overhead of a model's first token, p50 (${parts})`, at(0.5, overhead), 3),
      figure("overhead of a model's first token, p99", at(0.99, overhead), 15),
    ];
  } finally {
    model.stop();
  }
}

const figure = (what: string, ms: number, goal: number): Figure => ({
  what,
  measured: `${ms.toFixed(1)} ms`,
  goal: `<= ${goal} ms`,
  met: ms <= goal,
});

type Model = { url: string; calls: Map<string, ModelCall> };

async function measure(client: Client, model: Model): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let n = -WARM_UP; n < SAMPLES; n++) {
    const direct = await callDirectly(model.url, `direct ${n}`);
    const through = await callThrough(client, model, `through ${n}`);
    if (n >= 0) samples.push({ direct, ...through });
  }
  return samples;
}

/** From sending to the first token. */
async function callDirectly(url: string, content: string): Promise<number> {
  const sentAt = performance.now();
  const body = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content }] });
  const response = await fetch(`${url}/api/chat`, { method: 'POST', body });
  const reader = response.body!.getReader();
  await reader.read();
  const took = performance.now() - sentAt;
  while (!(await reader.read()).done);
  return took;
}

async function callThrough(client: Client, { calls }: Model, prompt: string): Promise<Omit<Sample, 'direct'>> {
  const { id } = await client.submitTask({ title: prompt, prompt, needs: { model: MODEL } });
  const seenAt = await firstToken(client, id);
  await client.waitTask(id);
  const [attempt] = await client.listAttempts(id);
  const claimedAt = Date.parse(attempt!.claimed_at) - performance.timeOrigin;
  const { cameAt, firstTokenAt } = calls.get(prompt)!;
  return { total: seenAt - claimedAt, toCall: cameAt - claimedAt, toSubscriber: seenAt - firstTokenAt };
}

async function firstToken(client: Client, id: string): Promise<number> {
  for await (const _ of client.followLog(id)) return performance.now();
  throw new Error('The log ended without a token.');
}
