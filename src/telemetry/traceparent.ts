/** W3C Trace Context, level 1: https://www.w3.org/TR/trace-context/#traceparent-header */
const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The place of a span in a trace. */
export type TracePlace = { traceId: string; spanId: string; flags: number };

/**
 * Reads a traceparent; undefined for what is none, which is then ignored, as the standard wants it. Versions to come may be
 * longer; what they share with version 00 is read.
 */
export function readTraceparent(text: unknown): TracePlace | undefined {
  if (typeof text !== 'string' || text.length > 512) return undefined;
  const [, version, traceId, spanId, flags, more] = FORM.exec(text) ?? [];
  if (!traceId || !spanId || version === 'ff' || (version === '00' && more)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags!, 16) & 1 };
}

/** Writes a traceparent of version 00. */
export const writeTraceparent = ({ traceId, spanId, flags }: TracePlace): string =>
  `00-${traceId}-${spanId}-${flags & 1 ? '01' : '00'}`;
