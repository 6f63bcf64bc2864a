import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { DIALECTS, type Dialect } from '../../support/model-servers/dialects.ts';
import { sendJson } from '../../support/model-servers/send-json.ts';
import { wildServer } from '../../support/model-servers/wild-server.ts';
import { sendSpoilt } from './send-spoilt.ts';
import { type SpoiltStream, spoiltStream } from './spoilt-stream.ts';

/** `cases` spoilt streams of each dialect. */
const { seed, cases } = workerData as { seed: number; cases: number };

const sampled = (kind: Dialect['kind']): SpoiltStream[] => fc.sample(spoiltStream([kind]), { seed, numRuns: cases });
const streams = { ollama: sampled('ollama'), openai: sampled('openai') };
const met = new Set<string>();

// "case 17" is answered by the stream of that number, once; any other prompt, and the second time, rightly.
const server = await wildServer((req, res, body) => {
  const dialect = DIALECTS.find(({ chatPath }) => chatPath === req.url);
  if (!dialect) {
    const found = DIALECTS.map((one) => one.inventory(['model-a'])[req.url!]).find((one) => one !== undefined);
    return sendJson(res, found ?? { error: 'not found' }, found ? 200 : 404);
  }
  const { model, messages } = JSON.parse(body) as { model: string; messages: { content: string }[] };
  const [, number] = /^case (\d+)$/.exec(messages.at(-1)!.content) ?? [];
  const key = `${dialect.kind} ${number}`;
  const spoilt = number === undefined || met.has(key) ? undefined : streams[dialect.kind][Number(number)];
  met.add(key);
  if (spoilt) return sendSpoilt(spoilt, req, res);
  res.writeHead(200, { 'content-type': dialect.streamType });
  res.end(dialect.text(model, '{}') + dialect.end(model));
});
parentPort!.postMessage(server.url);
