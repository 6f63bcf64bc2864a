import type { Client } from '../src/client/client.ts';
import { atMost } from './at-most.ts';
import type { Figure } from './figure.ts';
import { withModelServer } from './model-server-process.ts';
import { percentile } from './percentile.ts';
import { MODEL, type ModelCall, streamingModel } from './streaming-model.ts';

const SAMPLES = 200;
const WARM_UP = 20;
/** Long enough for a subscriber of the log to be there before the first token. */
const FIRST_TOKEN_MS = 100;

/** Milliseconds from the call's arrival at the model server to its first token in the hands of whoever asked. */
type Sample = { direct: number; through: number; claimToCall: number };

/**
 * What WHOOSH adds to a call of a model until its first token is seen. Direct: from the call's arrival at the model server
 * until the caller has the first token. Through WHOOSH: from the call's arrival until a client that follows the task's
 * log over HTTP has it; the token is in the database by then. One of each, by turns, in the same run; the figure is the
 * difference of the percentiles. What comes before the call (submitting, waiting for a slot) is no part of it; the time
 * from the claim (`claimed_at`, to the millisecond below) until the call arrives is a figure of its own.
 */
export async function modelOverhead(): Promise<Figure[]> {
  const model = await streamingModel({ firstTokenMs: FIRST_TOKEN_MS, tokenMs: 5, tokens: 5 });
  try {
    const samples = await withModelServer({ url: model.url, max_concurrent: 4 }, (client) => measure(client, model));
    const at = (share: number, of: (sample: Sample) => number) => percentile(samples.map(of), share);
    const added = (share: number) => at(share, ({ through }) => through) - at(share, ({ direct }) => direct);
    const note = `${samples.length} calls, direct p50 ${at(0.5, ({ direct }) => direct).toFixed(1)} ms`;
    return [
      atMost(`added to a model's first token, p50 (${note})`, added(0.5), 3, 'ms', 1),
      atMost("added to a model's first token, p99", added(0.99), 15, 'ms', 1),
      atMost(
        "from an attempt's claim to its call, p50",
        at(0.5, ({ claimToCall }) => claimToCall),
        10,
        'ms',
        1,
      ),
    ];
  } finally {
    model.stop();
  }
}

type Model = { url: string; calls: Map<string, ModelCall> };

async function measure(client: Client, model: Model): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let n = -WARM_UP; n < SAMPLES; n++) {
    const direct = await callDirectly(model, `direct ${n}`);
    const through = await callThrough(client, model, `through ${n}`);
    if (n >= 0) samples.push({ direct, ...through });
  }
  return samples;
}

async function callDirectly({ url, calls }: Model, content: string): Promise<number> {
  const body = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content }] });
  const response = await fetch(`${url}/api/chat`, { method: 'POST', body });
  const reader = response.body!.getReader();
  await reader.read();
  const seenAt = performance.now();
  while (!(await reader.read()).done);
  return seenAt - calls.get(content)!.cameAt;
}

async function callThrough(client: Client, { calls }: Model, prompt: string): Promise<Omit<Sample, 'direct'>> {
  const { id } = await client.submitTask({ title: prompt, prompt, needs: { model: MODEL } });
  const seenAt = await firstToken(client, id);
  await client.waitTask(id);
  const [attempt] = await client.listAttempts(id);
  const { cameAt } = calls.get(prompt)!;
  const claimedAt = Date.parse(attempt!.claimed_at) - performance.timeOrigin;
  return { through: seenAt - cameAt, claimToCall: cameAt - claimedAt };
}

async function firstToken(client: Client, id: string): Promise<number> {
  for await (const _ of client.followLog(id)) return performance.now();
  throw new Error('The log ended without a token.');
}
