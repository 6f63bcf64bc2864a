import { execFile } from 'node:child_process';
import { constants, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isMainThread } from 'node:worker_threads';

const run = promisify(execFile);

/** The end that the child writes to (a descriptor for `stdio`, to be closed after spawn), and the end that we read. */
export type OutputPipe = { writeFd: number; reader: Socket };

/**
 * Opens one real pipe for each name, as named pipes in `folder` that are gone when this returns. Node's own pipes are
 * sockets, and on Linux `echo text > /dev/stderr` fails on a socket (ENXIO) in every script that does it.
 * Returns undefined where Node's own will do (other systems), where named pipes do not exist (no mkfifo, or a file system
 * without them), and in a worker thread.
 */
export async function openPipes(folder: string, names: string[]): Promise<OutputPipe[] | undefined> {
  // When a worker thread ends, Node closes every descriptor that it opened, also one that a socket has closed since: by
  // then the number may belong to somebody else.
  if (process.platform !== 'linux' || !isMainThread) return undefined;
  const paths = names.map((name) => join(folder, name));
  try {
    await run('mkfifo', ['-m', '600', '--', ...paths]);
  } catch {
    // The caller falls back to Node's sockets: only scripts that reopen /dev/stderr notice.
    return undefined;
  }
  return paths.map(openPipe);
}

function openPipe(path: string): OutputPipe {
  // Not blocking: an ordinary open of the reading end would wait for a writer.
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeFd = openSync(path, constants.O_WRONLY);
  unlinkSync(path);
  return { writeFd, reader: new Socket({ fd: readFd, readable: true, writable: false }) };
}
