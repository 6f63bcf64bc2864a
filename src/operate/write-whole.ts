import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/**
 * Writes a new file, compressed, that only its owner may read. It has its name only once it is whole and on the disk: when
 * writing fails or `signal` fires nothing is left, and after a SIGKILL or a power cut at most `<name>.part`.
 * Refuses (EEXIST) when the name is taken or another one writes it. Answers its size in bytes.
 */
export async function writeWhole(path: string, bytes: AsyncIterable<Buffer>, signal: AbortSignal): Promise<number> {
  await requireFree(path);
  const part = `${path}.part`;
  const file = await open(part, 'wx', 0o600);
  try {
    // Level 1 takes a third of the time of level 6 and leaves a tenth more.
    await pipeline(bytes, createGzip({ level: 1 }), file.createWriteStream({ flush: true }), { signal });
    const { size } = await stat(part);
    await rename(part, path);
    await syncFolder(dirname(path));
    return size;
  } catch (error) {
    await rm(part, { force: true });
    signal.throwIfAborted();
    throw error;
  }
}

async function requireFree(path: string): Promise<void> {
  const file = await open(path, 'r').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return;
  await file.close();
  throw Object.assign(new Error(`${basename(path)} is there already.`), { code: 'EEXIST' });
}

/** Else the new name itself may be lost with the power. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
