import type { Readable } from 'node:stream';
import type { OutputLog, OutputStream } from '../output/output-log.ts';

const TAIL_BYTES = 4_096;
const TAIL_LINES = 20;
// After the command and all that we could find of it is gone, at most a pipe's 64 KiB are left to read. Only a process
// that hid from us can hold the pipe open for longer.
const LATE_OUTPUT_MS = 2_000;

/**
 * Reads what a command prints into the log, as fast as the log takes it. `finish`, to be called when the command is gone,
 * waits for the rest and gives the last lines of stderr.
 */
export function readCommandOutput(
  { stdout, stderr }: { stdout?: Readable; stderr: Readable },
  output: OutputLog,
): { finish(): Promise<string> } {
  let tail: Buffer = Buffer.alloc(0);
  const keepTail = (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
  };
  const reading = Promise.all([stdout && copy(stdout, 'stdout', output), copy(stderr, 'stderr', output, keepTail)]);
  return {
    async finish() {
      output.unbind();
      const timer = setTimeout(() => {
        stdout?.destroy();
        stderr.destroy();
      }, LATE_OUTPUT_MS);
      await reading.finally(() => clearTimeout(timer));
      return lastLines(tail);
    },
  };
}

async function copy(
  stream: Readable,
  name: OutputStream,
  output: OutputLog,
  onChunk?: (chunk: Buffer) => void,
): Promise<void> {
  try {
    for await (const chunk of stream) {
      onChunk?.(chunk);
      await output.write(name, chunk);
    }
  } catch {
    // Destroyed by finish(), or the pipe broke: there is nothing more to read, and the exit code tells the outcome.
  }
}

const lastLines = (tail: Buffer): string =>
  tail.toString('utf8').replaceAll('\0', '\uFFFD').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
