import type { Io } from '../io.ts';
import { showDuration } from './duration.ts';

/** The last line of a terminal, rewritten as time goes; where there is no terminal it does nothing. */
export type StatusLine = {
  /** Shows it, with the time since, from now on. */
  set(text: string): void;
  /** Takes it away, so that something else can be printed. */
  clear(): void;
};

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const FRAME_MS = 100;

/** Opens a status line on standard error. */
export function openStatusLine({ stderr }: Io): StatusLine {
  if (!stderr.isTTY) return { set: () => {}, clear: () => {} };
  let timer: NodeJS.Timeout | undefined;
  const clear = () => {
    if (timer) stderr.write('\r\x1b[2K');
    clearInterval(timer);
    timer = undefined;
  };
  const set = (text: string) => {
    clear();
    const began = performance.now();
    const draw = () => {
      const passed = performance.now() - began;
      const line = `${FRAMES[Math.floor(passed / FRAME_MS) % FRAMES.length]} ${text} ${showDuration(passed)}`;
      stderr.write(`\r\x1b[2K${line.slice(0, (stderr.columns ?? 80) - 1)}`);
    };
    draw();
    timer = setInterval(draw, FRAME_MS).unref();
  };
  return { set, clear };
}
