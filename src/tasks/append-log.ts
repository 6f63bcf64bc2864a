import { AppError } from '../errors.ts';
import type { LogEntry } from './append-logs.ts';
import { type AttemptRef, LOG_ENTRY_BYTES } from './attempt-schema.ts';
import type { TaskDesk } from './desk.ts';
import { explainRefusal } from './refusal.ts';

/**
 * Appends to the log of an attempt. Refuses: log_line_too_large (an entry over 16 KiB), lease_lost. Over 10 MiB an
 * attempt the rest is dropped and the log says so.
 */
export async function appendLog(
  desk: TaskDesk,
  { task_id, epoch, holder_id }: AttemptRef & { holder_id: string },
  entries: LogEntry[],
): Promise<void> {
  const long = entries.find((entry) => Buffer.byteLength(entry.text) > LOG_ENTRY_BYTES);
  if (long) throw new AppError('log_line_too_large', `Entry ${long.seq} is over ${LOG_ENTRY_BYTES} bytes.`);
  const held = await desk.append({ task_id, epoch, holder_id, entries });
  if (!held) await explainRefusal(desk.context.db, desk.context.metrics, { task_id, epoch, holder_id });
  desk.logged.emit(task_id);
}
