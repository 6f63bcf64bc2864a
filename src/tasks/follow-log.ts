import type { TaskDesk } from './desk.ts';
import { type LogLine, type LogPlace, readGrowingLog } from './read-log.ts';

const PAGE = 200;
/** How long a line that another replica took in may stay unseen. */
const LOOK_MS = 500;

/** The log of a task from a place on, and what is still to come; ends when the task has ended and all was given. */
export async function* followLog(
  desk: TaskDesk,
  taskId: string,
  after: LogPlace,
  signal: AbortSignal,
): AsyncGenerator<{ id: string; data: LogLine }> {
  const growth = hearGrowth(desk, taskId, signal);
  try {
    for (let place = after; !signal.aborted; ) {
      // Before the look: what is appended while it is under way is looked for again.
      growth.arm();
      const { live, lines } = await readGrowingLog(desk.context.db, taskId, place, PAGE);
      for (const line of lines) yield { id: `${line.epoch}-${line.seq}`, data: line };
      place = lines.at(-1) ?? place;
      if (!live && lines.length < PAGE) return;
      if (lines.length < PAGE) await growth.heard();
    }
  } finally {
    growth.stop();
  }
}

/** Tells when the log of the task has grown here since `arm`, or it is time to look for what came in elsewhere. */
function hearGrowth({ logged }: TaskDesk, taskId: string, signal: AbortSignal) {
  let growth = Promise.withResolvers<void>();
  const hear = () => growth.resolve();
  logged.on(taskId, hear);
  signal.addEventListener('abort', hear);
  return {
    arm: () => {
      growth = Promise.withResolvers();
    },
    async heard(): Promise<void> {
      if (signal.aborted) return;
      const timer = setTimeout(hear, LOOK_MS);
      await growth.promise;
      clearTimeout(timer);
    },
    stop() {
      logged.off(taskId, hear);
      signal.removeEventListener('abort', hear);
    },
  };
}
