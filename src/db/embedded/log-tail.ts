import { open } from 'node:fs/promises';

const TAIL_BYTES = 4096;

/**
 * What the server's log says about why it ended: the last FATAL or PANIC with its details, else the last three lines.
 * Only what stands behind byte `from` counts; what an earlier start wrote would mislead.
 */
export async function logTail(file: string, from = 0): Promise<string> {
  const lines = (await readEnd(file, from)).trim().split('\n');
  const worst = lines.filter((line) => /FATAL|PANIC|DETAIL|HINT|error/.test(line));
  const told = (worst.length ? worst : lines).slice(-3).map((line) => line.replace(/^.*? \[\d+\] /, ''));
  return told.join(' ') || 'its log is empty';
}

async function readEnd(file: string, from: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const start = Math.max(from, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
