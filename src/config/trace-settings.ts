import { refuse, type Settings, text } from './setting.ts';

/** A base URL that the operator gives and we trust; without credentials, for which there are headers. */
function collectorUrl(given: string): string {
  const url = URL.parse(given);
  const isUsable = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
  return isUsable ? given : refuse();
}

/** `name=value` pairs, separated by commas, values percent-encoded, as the standard writes them. */
function headers(given: string): Record<string, string> {
  const pairs = given
    .split(',')
    .map((pair) => /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*([^\r\n]*?)\s*$/.exec(pair) ?? refuse());
  return Object.fromEntries(pairs.map(([, name, value]) => [name!, decodeURIComponent(value!)]));
}

/** Where traces go, by the names that OpenTelemetry gave them. */
export const TRACE_SETTINGS = {
  otlpEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    expects: 'http(s) URL without credentials or query',
    parse: collectorUrl,
    about:
      'Base URL of an OpenTelemetry collector (OTLP over HTTP), such as `http://collector:4318`. Without it nothing is traced. It is called as it is given: other addresses than yours have no business here.',
  },
  otlpHeaders: {
    env: 'OTEL_EXPORTER_OTLP_HEADERS',
    expects: 'name=value pairs, separated by commas',
    parse: headers,
    secret: true,
    about: 'Headers for the collector, such as its key.',
  },
  otelServiceName: {
    env: 'OTEL_SERVICE_NAME',
    ...text('name', /^[\w.@/ -]{1,100}$/),
    about: 'What traces call this process. Default: `whoosh`; of a runner `whoosh-runner`.',
  },
  otelSampleRatio: {
    env: 'OTEL_TRACES_SAMPLER_ARG',
    expects: 'number, 0 to 1',
    parse: (given: string) => (/^(0|1|0?\.\d+|1\.0+|0\.\d+)$/.test(given) ? Number(given) : refuse()),
    default: '1',
    about:
      'The part of traces that is kept, of those that begin here (parentbased_traceidratio). Whoever sends a traceparent has decided for his own.',
  },
} as const satisfies Settings;
