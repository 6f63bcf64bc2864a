import { sendJson } from './model-servers/send-json.ts';
import { serveWild } from './model-servers/serve-wild.ts';

/** A span as a collector was sent it. */
export type SentSpan = {
  name: string;
  service: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  /** 2 is an error. */
  status: number;
  startMs: number;
  endMs: number;
  attributes: Record<string, unknown>;
};

/** A collector of OTLP over HTTP, as JSON; it stops with the test. */
export async function otlpReceiver() {
  const spans: SentSpan[] = [];
  const server = await serveWild((req, res, body) => {
    if (req.url !== '/v1/traces') return sendJson(res, {}, 404);
    spans.push(...spansOf(JSON.parse(body)));
    sendJson(res, { partialSuccess: {} });
  });
  return { url: server.url, asked: server.asked, spans };
}

type Any = ReturnType<typeof JSON.parse>;

const spansOf = ({ resourceSpans }: Any): SentSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }: Any) =>
    scopeSpans.flatMap(({ spans }: Any) => spans.map((span: Any) => toSpan(span, attributesOf(resource)))),
  );

const toSpan = (span: Any, about: Record<string, unknown>): SentSpan => ({
  name: span.name,
  service: String(about['service.name']),
  kind: span.kind,
  traceId: span.traceId,
  spanId: span.spanId,
  parentSpanId: span.parentSpanId || undefined,
  status: span.status?.code ?? 0,
  startMs: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
  endMs: Number(BigInt(span.endTimeUnixNano) / 1_000_000n),
  attributes: attributesOf(span),
});

const attributesOf = ({ attributes = [] }: Any): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }: Any) => [key, plainValue(value)]));

const plainValue = (value: Any): unknown =>
  value.arrayValue
    ? value.arrayValue.values.map(plainValue)
    : (value.stringValue ?? value.doubleValue ?? value.boolValue ?? Number(value.intValue));
