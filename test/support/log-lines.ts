import { PassThrough } from 'node:stream';
import { createLog, type Log } from '../../src/lib/log.ts';

/** A log whose lines a test can read. */
export function logLines(): { log: Log; lines: () => Record<string, unknown>[] } {
  const written = new PassThrough({ encoding: 'utf8' });
  let text = '';
  written.on('data', (more) => {
    text += more;
  });
  const lines = () =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return { log: createLog('debug', false, written), lines };
}
