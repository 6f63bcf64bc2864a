import type { Io } from '../io.ts';
import { openAttemptClient } from '../open-attempt-client.ts';

/** `whoosh progress`, inside an attempt. */
export async function reportProgress(io: Io, _options: object, percent: unknown, text?: string): Promise<void> {
  await openAttemptClient(io).reportProgress({ percent: Number(percent), ...(text !== undefined && { text }) });
}
