import { TraceFlags } from '@opentelemetry/api';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Log } from '../lib/log.ts';

type ExportResult = Parameters<Parameters<SpanExporter['export']>[1]>[0];

/** Spans that wait for the collector: at about 1 KB each, 2 MB when it is away. */
const MOST_WAITING = 2048;
const BATCH = { maxExportBatchSize: 512, scheduledDelayMillis: 1000, exportTimeoutMillis: 10_000 };
const TELL_MS = 60_000;

/**
 * Sends spans in batches, one second after they ended or sooner. What the collector does not take, and what comes while
 * 2,048 wait for it, is dropped, counted, and told in the log once a minute.
 */
export function boundedSpans(exporter: SpanExporter, log: Log): SpanProcessor {
  let waiting = 0;
  let dropped = 0;
  let reason = 'more spans ended than the collector takes';
  const tell = () => {
    if (dropped) log.warn({ dropped, reason }, 'Spans were dropped');
    dropped = 0;
  };
  const sending = new Set<Promise<void>>();
  const timer = setInterval(tell, TELL_MS).unref();
  const counting: SpanExporter = {
    export: (spans, done) => {
      waiting -= spans.length;
      const sent = send(exporter, spans).then((result) => {
        if (result.error) {
          dropped += spans.length;
          reason = result.error.message;
        }
        sending.delete(sent);
        done(result);
      });
      sending.add(sent);
    },
    shutdown: () => exporter.shutdown(),
  };
  const batches = new BatchSpanProcessor({ ...BATCH, exporter: counting, maxQueueSize: MOST_WAITING });
  return {
    onStart: () => {},
    onEnd: (span) => {
      if (!(span.spanContext().traceFlags & TraceFlags.SAMPLED)) return;
      if (waiting >= MOST_WAITING) dropped++;
      else {
        waiting++;
        batches.onEnd(span);
      }
    },
    forceFlush: () => batches.forceFlush(),
    async shutdown() {
      clearInterval(timer);
      // It gives up at the first batch that is refused.
      await batches.shutdown().catch(() => {});
      await Promise.all(sending);
      tell();
    },
  };
}

const send = (exporter: SpanExporter, spans: ReadableSpan[]) =>
  new Promise<ExportResult>((resolve) => exporter.export(spans, resolve));
