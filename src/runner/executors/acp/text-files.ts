import { constants, type FileHandle, mkdir, open, readlink, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RequestError } from '@agentclientprotocol/sdk';
import { isWithin } from '../../is-within.ts';
import { confinedPath } from './confined-path.ts';

const MOST_BYTES = 10_485_760;

export type TextFiles = {
  /** The text of a file, from `line` (the first is 1), at most `limit` lines of it. */
  read(path: string, part: { line?: number | null; limit?: number | null }): Promise<string>;
  /** Writes a file; folders that are missing are made. */
  write(path: string, text: string): Promise<void>;
};

/**
 * Reads and writes text files for an agent, in the files and folders of `roots` only: both throw RequestError for a path
 * that leads elsewhere, also by a symbolic link that appears in the middle of it, for what is not a regular file, and for
 * over 10 MiB. `onRefused` is told of each path that was refused.
 */
export function textFiles(
  roots: { read: string[]; write: string[] },
  onRefused: (what: 'read' | 'write', path: string) => void,
): TextFiles {
  async function inside(what: 'read' | 'write', path: string): Promise<string> {
    const real = await confinedPath(path, roots[what]);
    if (real) return real;
    onRefused(what, path);
    throw new RequestError(-32602, `${path} lies outside the workspace, or is no absolute path`);
  }
  return {
    async read(path, part) {
      const real = await inside('read', path);
      const file = await openFile(real, constants.O_RDONLY, roots.read);
      try {
        return linesOf(await readText(file), part);
      } finally {
        await file.close();
      }
    },
    async write(path, text) {
      if (Buffer.byteLength(text) > MOST_BYTES) throw tooLarge();
      const real = await inside('write', path);
      await mkdir(dirname(real), { recursive: true });
      const file = await openFile(real, constants.O_WRONLY | constants.O_CREAT, roots.write);
      try {
        await file.truncate();
        await file.writeFile(text);
      } finally {
        await file.close();
      }
    },
  };
}

// The agent runs beside us and may put a link in the place of a folder after it was looked at. What was opened is
// therefore looked at again, before anything is read or written; Linux tells where an open file lies.
async function openFile(path: string, flags: number, roots: string[]): Promise<FileHandle> {
  const file = await open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o666).catch((error) => {
    throw new RequestError(error.code === 'ENOENT' ? -32002 : -32603, `${path} cannot be opened: ${error.code}`);
  });
  try {
    if (!(await file.stat()).isFile()) throw new RequestError(-32603, `${path} is not a regular file`);
    if (process.platform === 'linux') await requireInside(await readlink(`/proc/self/fd/${file.fd}`), roots);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function requireInside(path: string, roots: string[]): Promise<void> {
  const real = await Promise.all(roots.map((root) => realpath(root).catch(() => root)));
  if (!real.some((root) => isWithin(path, root))) throw new RequestError(-32602, `${path} lies outside the workspace`);
}

async function readText(file: FileHandle): Promise<string> {
  if ((await file.stat()).size > MOST_BYTES) throw tooLarge();
  return file.readFile('utf8');
}

function linesOf(text: string, { line, limit }: { line?: number | null; limit?: number | null }): string {
  if (!line && !limit) return text;
  const start = Math.max(0, (line ?? 1) - 1);
  const lines = text.split('\n').slice(start, limit ? start + limit : undefined);
  return lines.join('\n');
}

const tooLarge = () => new RequestError(-32603, `Files of over ${MOST_BYTES} bytes are neither read nor written`);
