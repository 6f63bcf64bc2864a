import type { Log } from '../lib/log.ts';
import { NO_TRACING } from './no-tracing.ts';
import type { Tracing } from './tracing.ts';

/** Where spans go, and which. */
export type TracingOptions = {
  /** Base URL of the collector; without it tracing is off. */
  otlpEndpoint: string | undefined;
  otlpHeaders: Record<string, string> | undefined;
  otelServiceName: string | undefined;
  /** The part of traces begun here that are kept, 0 to 1; of others, whoever began them decides. */
  otelSampleRatio: number;
};

/**
 * Opens the traces of a process, called `service` unless the options say otherwise. The SDK is loaded only when there is a
 * collector: with it a start takes longer and the process is larger.
 */
export async function openTracing(
  options: TracingOptions,
  { service, instance, log }: { service: string; instance: string; log: Log },
): Promise<Tracing> {
  const { otlpEndpoint } = options;
  if (otlpEndpoint === undefined) return NO_TRACING;
  const { openOtelTracing } = await import('./otel-tracing.ts');
  return openOtelTracing({ ...options, otlpEndpoint, service: options.otelServiceName ?? service, instance, log });
}
