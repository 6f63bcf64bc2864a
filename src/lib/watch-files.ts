import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';

/** In milliseconds; tests are less patient. */
export const WATCH_TIMES = {
  /** Files that belong together are given a moment between the two. */
  settle: 1000,
  /** Where changes are not told, as on some network file systems. */
  look: 60_000,
};

/**
 * Has `look` called soon after one of the files has changed, and every minute. Their folders are watched and not they
 * themselves: Kubernetes swaps a symbolic link beside them. The returned function ends it.
 */
export function watchFiles(files: string[], look: () => void): () => Promise<void> {
  let settling: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(settling);
    settling = setTimeout(look, WATCH_TIMES.settle).unref();
  };
  const watchers = [...new Set(files.map(dirname))].flatMap((folder) => watchFolder(folder, soon));
  const timer = setInterval(look, WATCH_TIMES.look).unref();
  return async () => {
    clearTimeout(settling);
    clearInterval(timer);
    for (const watcher of watchers) watcher.close();
  };
}

function watchFolder(folder: string, changed: () => void): FSWatcher[] {
  try {
    // The folder may go away, too: then the look every minute is left.
    return [watch(folder, { persistent: false }, changed).on('error', () => {})];
  } catch {
    // The machine has no watch left: the look every minute finds it.
    return [];
  }
}
