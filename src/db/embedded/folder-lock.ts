import { randomBytes } from 'node:crypto';
import { link, readFile, readlink, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { processStart } from './process-start.ts';

type Owner = {
  pid: number;
  started: string;
  /** The pid namespace; empty where there are none. A pid of another container says nothing here. */
  namespace: string;
};

// The owner touches its lock every 2 s. Only a lock of another container is judged by that, after watching it for 10 s.
const TOUCH_MS = 2000;
const WATCH_MS = 10_000;

/**
 * Takes the lock `file` for this process and returns what gives it back. Refuses (Error) naming the pid of the live
 * process that has it. The lock of a process that was killed is taken over, also when its pid belongs to another
 * process by now.
 */
export async function lockFolder(file: string, watchMs = WATCH_MS): Promise<() => Promise<void>> {
  const mine = await describeSelf();
  while (!(await create(file, mine))) await takeOver(file, mine, watchMs);
  const touching = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), TOUCH_MS);
  touching.unref();
  return async () => {
    clearInterval(touching);
    await rm(file, { force: true });
  };
}

async function describeSelf(): Promise<Owner> {
  const started = (await processStart(process.pid)) ?? '';
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return { pid: process.pid, started, namespace };
}

// By a link, which fails when the lock is there and never shows a half-written one.
async function create(file: string, owner: Owner): Promise<boolean> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, JSON.stringify(owner), { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes the lock of a dead owner; refuses when it lives. */
async function takeOver(file: string, mine: Owner, watchMs: number): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return; // Given back meanwhile.
  const owner = parse(text);
  if (owner && (await isAlive(file, owner, mine, watchMs))) {
    const where = owner.namespace === mine.namespace ? '' : ' in another container';
    throw new Error(
      `Another WHOOSH server (pid ${owner.pid}${where}) uses ${file.replace(/\.lock$/, '')}. Stop it, or set WHOOSH_DATA_DIR to another folder.`,
    );
  }
  // Moved aside first: of several that find the same dead owner, one moves its lock and the others must not move the
  // lock that this one takes next.
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  await rename(file, aside).catch(() => {}); // Another was faster.
  const moved = await readFile(aside, 'utf8').catch(() => text);
  if (moved !== text) await link(aside, file).catch(() => {}); // It was a new owner's: put it back.
  await rm(aside, { force: true });
}

function parse(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return undefined; // Left by a machine that lost power: an empty file is nobody's lock.
  }
}

async function isAlive(file: string, owner: Owner, mine: Owner, watchMs: number): Promise<boolean> {
  if (owner.namespace === mine.namespace) return (await processStart(owner.pid)) === owner.started;
  const touched = async () => (await stat(file).catch(() => undefined))?.mtimeMs;
  const before = await touched();
  await pause(watchMs);
  return (await touched()) !== before;
}
