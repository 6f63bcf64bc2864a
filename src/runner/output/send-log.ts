import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../lib/log.ts';
import type { AttemptRef } from '../../tasks/attempt-schema.ts';
import type { RunnerApi } from '../api.ts';
import { isRefusal } from '../is-refusal.ts';
import type { OutputLogOptions } from './output-log.ts';

type LogSender = {
  api: RunnerApi;
  ref: AttemptRef;
  holder_id: string;
  /** Called when the server says that the lease is lost. */
  onLost: () => void;
  log: Log;
};

const AWAY = { withinMs: Infinity, capMs: 5_000 };
const DEFECT_PAUSE_MS = 2_000;

/** How the log of an attempt gets to the server: again and again, until it is taken or refused. */
export function sendLog({ api, ref, holder_id, onLost, log }: LogSender): OutputLogOptions['send'] {
  return async (entries, signal) => {
    for (;;) {
      try {
        return await api.appendLog(ref, { holder_id, entries }, { signal, retry: AWAY });
      } catch (error) {
        signal.throwIfAborted();
        if (isRefusal(error)) {
          if (error.status === 409 || error.status === 404) onLost();
          else
            log.error(
              { err: error, task_id: ref.task_id },
              'The log of an attempt is refused; the rest of it is dropped',
            );
          throw error;
        }
        await pause(DEFECT_PAUSE_MS, undefined, { signal });
      }
    }
  };
}
