import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { ChatAnswer } from '../../../src/agents/push/provider.ts';
import { ProviderError } from '../../../src/agents/push/provider-error.ts';
import { createProviders } from '../../../src/agents/push/providers.ts';
import { cleanText } from '../../../src/lib/clean-text.ts';
import { openEgress } from '../../../src/lib/egress/egress.ts';
import { serveWild } from '../../support/model-servers/serve-wild.ts';
import { sendSpoilt } from './send-spoilt.ts';
import { type SpoiltStream, spoiltStream } from './spoilt-stream.ts';

const TOOLS = [{ name: 'get_weather', parameters: {} }];

test('a spoilt stream is an answer that can be stored, or a failure with a sentence; it never hangs', async () => {
  let sent: SpoiltStream;
  const { url } = await serveWild((req, res) => {
    if (req.method === 'GET') return void res.writeHead(404).end();
    sendSpoilt(sent, req, res);
  });
  const egress = openEgress({ allow: ['loopback'], forbid: [] });
  onTestFinished(() => egress.close());
  const providers = createProviders(egress);
  const counts = { answers: 0, failures: 0 };
  const meet = async (stream: SpoiltStream) => {
    sent = stream;
    const pieces: string[] = [];
    const request = { model: 'model-a', messages: [], tools: TOOLS };
    const onText = (piece: string) => void pieces.push(piece);
    const met = await providers[stream.kind]
      .chat({ url, key: null }, request, onText, AbortSignal.timeout(5000))
      .catch((error: unknown) => error);
    if (met instanceof Error) {
      expect(met).toBeInstanceOf(ProviderError);
      counts.failures++;
    } else {
      expect((met as ChatAnswer).text).toBe(pieces.join(''));
      counts.answers++;
    }
    const said = met instanceof Error ? met.message : met;
    expect(textsIn([said, pieces]).filter((text) => text !== cleanText(text))).toEqual([]);
  };
  await fc.assert(fc.asyncProperty(spoiltStream(), meet), { numRuns: 500 });
  expect(counts.answers).toBeGreaterThan(50);
  expect(counts.failures).toBeGreaterThan(100);
});

/** Every string in a value, keys included. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value === null || typeof value !== 'object' ? [] : Object.entries(value).flat().flatMap(textsIn);
}
