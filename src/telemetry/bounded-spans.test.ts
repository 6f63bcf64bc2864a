import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { logLines } from '../../test/support/log-lines.ts';
import { sendJson } from '../../test/support/model-servers/send-json.ts';
import { serveWild } from '../../test/support/model-servers/serve-wild.ts';
import { boundedSpans } from './bounded-spans.ts';

test('spans that the collector does not take are dropped, counted and told; memory is bounded [TR2]', async () => {
  const { log, lines } = logLines();
  const collector = await serveWild((_req, res) => sendJson(res, {}, 400));
  const exporter = new OTLPTraceExporter({ url: `${collector.url}/v1/traces`, timeoutMillis: 1000 });
  const provider = new TracerProvider({ spanProcessors: [boundedSpans(exporter, log)] });
  const tracer = provider.getTracer('test');
  for (let count = 0; count < 5000; count++) tracer.startSpan(`span ${count}`).end();
  await provider.shutdown().catch(() => {});

  const sent = collector.asked.flatMap(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans).length;
  expect(sent).toBeLessThanOrEqual(2048 + 512);
  expect(lines()).toMatchObject([{ level: 'warn', msg: 'Spans were dropped', dropped: 5000 }]);
});
