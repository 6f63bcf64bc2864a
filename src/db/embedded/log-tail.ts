import { open } from 'node:fs/promises';

const TAIL_BYTES = 4096;

/** What the server's log says at its end about why: the last FATAL or ERROR lines, else the last three lines. */
export async function logTail(file: string): Promise<string> {
  const lines = (await readEnd(file)).trim().split('\n');
  const worst = lines.filter((line) => /FATAL|PANIC|ERROR|HINT|DETAIL/.test(line));
  const told = (worst.length ? worst : lines).slice(-3).map((line) => line.replace(/^.*? \[\d+\] /, ''));
  return told.join(' ') || 'its log is empty';
}

async function readEnd(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
