import { createHash } from 'node:crypto';
import { readTraceparent, writeTraceparent } from './traceparent.ts';
import type { Tracing } from './tracing.ts';

/** The id of an attempt's span. Made of what it is, so that its holder can refer to it long before it is written. */
export const attemptSpanId = (taskId: string, epoch: number): string =>
  createHash('sha256').update(`${taskId}/${epoch}`).digest('hex').slice(0, 16);

/** What an attempt passes on: its own span when this server writes one, else what its task was submitted with. */
export function attemptTraceparent(
  { isOn }: Tracing,
  { task_id, epoch, traceparent }: { task_id: string; epoch: number; traceparent: string | null },
): string | null {
  const place = isOn ? readTraceparent(traceparent) : undefined;
  return place ? writeTraceparent({ ...place, spanId: attemptSpanId(task_id, epoch) }) : traceparent;
}
