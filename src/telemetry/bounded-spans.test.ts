import { PassThrough } from 'node:stream';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, onTestFinished, test } from 'vitest';
import { sendJson } from '../../test/support/model-servers/send-json.ts';
import { wildServer } from '../../test/support/model-servers/wild-server.ts';
import { createLog } from '../lib/log.ts';
import { boundedSpans } from './bounded-spans.ts';

test('spans that the collector does not take are dropped, counted and told; memory is bounded [TR2]', async () => {
  const lines = new PassThrough({ encoding: 'utf8' });
  const collector = await wildServer((_req, res) => sendJson(res, {}, 400));
  onTestFinished(() => collector.stop());
  const exporter = new OTLPTraceExporter({ url: `${collector.url}/v1/traces`, timeoutMillis: 1000 });
  const provider = new TracerProvider({ spanProcessors: [boundedSpans(exporter, createLog('info', false, lines))] });
  const tracer = provider.getTracer('test');
  for (let count = 0; count < 5000; count++) tracer.startSpan(`span ${count}`).end();
  await provider.shutdown().catch(() => {});

  const sent = collector.asked.flatMap(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans).length;
  expect(sent).toBeLessThanOrEqual(2048 + 512);
  expect(JSON.parse(lines.read())).toMatchObject({ level: 'warn', msg: 'Spans were dropped', dropped: 5000 });
});
