import fc from 'fast-check';
import type { ChatAnswer, Provider } from '../../../src/agents/push/provider.ts';
import { ProviderError } from '../../../src/agents/push/provider-error.ts';
import { createProviders } from '../../../src/agents/push/providers.ts';
import { cleanText } from '../../../src/lib/clean-text.ts';
import { openEgress } from '../../../src/lib/egress/egress.ts';
import { wildServer } from '../../support/model-servers/wild-server.ts';
import { sendSpoilt } from './send-spoilt.ts';
import { type SpoiltStream, spoiltStream } from './spoilt-stream.ts';

/** `problem`: the smallest stream that was neither answered rightly nor refused, with the seed that finds it again. */
export type Met = { problem: string | null; answers: number; failures: number };

/** Far more than any stream takes; what takes longer hangs. */
const HANGS_MS = 10_000;

/**
 * Has the providers read `runs` spoilt streams over HTTP: each is an answer that can be stored, and that was told piece by
 * piece as it is, or a ProviderError with a sentence that can be stored.
 */
export async function meetSpoiltStreams(how: { runs: number; seed?: number }): Promise<Met> {
  let sent: SpoiltStream;
  const server = await wildServer((req, res) => {
    if (req.method === 'GET') return void res.writeHead(404).end();
    sendSpoilt(sent, req, res);
  });
  const egress = openEgress({ allow: ['loopback'], forbid: [] });
  const providers = createProviders(egress);
  const counts = { answers: 0, failures: 0 };
  const holds = async (stream: SpoiltStream) => {
    sent = stream;
    const [met, pieces] = await ask(providers[stream.kind], server.url);
    if (!(met instanceof Error)) counts.answers++;
    else if (met instanceof ProviderError) counts.failures++;
    else throw met;
    if (!(met instanceof Error) && met.text !== pieces.join('')) throw new Error('It was told otherwise than it is.');
    const bad = textsIn([met instanceof Error ? met.message : met, pieces]).find((text) => text !== cleanText(text));
    if (bad !== undefined) throw new Error(`It cannot be stored: ${JSON.stringify(bad)}`);
  };
  const numRuns = how.runs;
  const checked = await fc.check(fc.asyncProperty(spoiltStream(), holds), {
    numRuns,
    ...(how.seed !== undefined && { seed: how.seed }),
  });
  await egress.close();
  await server.stop();
  return { problem: checked.failed ? ((await fc.asyncDefaultReportMessage(checked)) ?? 'It failed') : null, ...counts };
}

async function ask(provider: Provider, url: string): Promise<[ChatAnswer | Error, string[]]> {
  const pieces: string[] = [];
  const request = { model: 'model-a', messages: [], tools: [{ name: 'get_weather', parameters: {} }] };
  const onText = (piece: string) => void pieces.push(piece);
  const asked = provider.chat({ url, key: null }, request, onText, AbortSignal.timeout(HANGS_MS));
  return [await asked.catch((error: Error) => error), pieces];
}

/** Every string in a value, keys included. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value === null || typeof value !== 'object' ? [] : Object.entries(value).flat().flatMap(textsIn);
}
