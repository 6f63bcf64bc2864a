import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  ParentBasedSampler,
  RandomIdGenerator,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Log } from '../lib/log.ts';
import { VERSION } from '../lib/version.ts';
import { boundedSpans } from './bounded-spans.ts';
import type { TracingOptions } from './open-tracing.ts';
import { readTraceparent, writeTraceparent } from './traceparent.ts';
import type { OpenSpan, SpanStart, Tracing } from './tracing.ts';

type Options = TracingOptions & { otlpEndpoint: string; service: string; instance: string; log: Log };

/** How long a batch may take; a collector that is slower loses it. */
const EXPORT_MS = 5000;
const FAREWELL_MS = 3000;
const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };

/** Traces by the OpenTelemetry SDK, sent as OTLP over HTTP in batches. */
export function openOtelTracing({ otlpEndpoint, otlpHeaders, otelSampleRatio, log, ...about }: Options): Tracing {
  const ids = new SpanIds();
  const provider = new TracerProvider({
    resource: resourceOf(about),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(otelSampleRatio) }),
    idGenerator: ids,
    // Names of agents and models are what people wrote.
    spanLimits: { attributeValueLengthLimit: 1024, attributeCountLimit: 64 },
    spanProcessors: [
      boundedSpans(
        new OTLPTraceExporter({
          url: tracesUrl(otlpEndpoint),
          ...(otlpHeaders && { headers: otlpHeaders }),
          timeoutMillis: EXPORT_MS,
        }),
        log,
      ),
    ],
  });
  const tracer = provider.getTracer('whoosh', VERSION);
  const begin = ({ name, kind = 'internal', parent, spanId, at, attributes }: SpanStart): OpenSpan => {
    const start = () =>
      tracer.startSpan(
        name,
        { kind: KINDS[kind], ...(at && { startTime: at }), ...(attributes && { attributes }) },
        contextOf(parent),
      );
    const span = spanId === undefined ? start() : ids.with(spanId, start);
    const { traceId, spanId: own, traceFlags } = span.spanContext();
    return {
      traceparent: writeTraceparent({ traceId, spanId: own, flags: traceFlags }),
      end: ({ attributes: more, error, at: endedAt } = {}) => {
        if (more) span.setAttributes(more);
        if (error) span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR });
        span.end(endedAt);
      },
    };
  };
  return { isOn: true, begin, close: () => closeWithin(provider) };
}

/** The standard's path below the base URL. */
const tracesUrl = (endpoint: string): string => `${endpoint.replace(/\/+$/, '')}/v1/traces`;

const resourceOf = ({ service, instance }: Pick<Options, 'service' | 'instance'>) =>
  resourceFromAttributes({
    'service.name': service,
    'service.version': VERSION,
    'service.instance.id': instance,
  });

function contextOf(parent: string | null | undefined) {
  const place = readTraceparent(parent);
  if (!place) return ROOT_CONTEXT;
  const { traceId, spanId, flags } = place;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags, isRemote: true });
}

/** Random ids, but for a span whose id others know already. */
class SpanIds extends RandomIdGenerator {
  #next: string | undefined;
  readonly #random = this.generateSpanId;

  constructor() {
    super();
    this.generateSpanId = () => this.#next ?? this.#random();
  }

  with<T>(spanId: string, start: () => T): T {
    this.#next = spanId;
    try {
      return start();
    } finally {
      this.#next = undefined;
    }
  }
}

async function closeWithin(provider: TracerProvider): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, FAREWELL_MS);
  // What did not get through is lost, and was counted.
  await Promise.race([provider.shutdown().catch(() => {}), late]);
  clearTimeout(timer);
}
