import { randomBytes } from 'node:crypto';
import { link, readFile, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { processStart } from './process-start.ts';

type Owner = {
  pid: number;
  started: string;
  /** The pid namespace; empty where there are none. A pid of another container says nothing here. */
  namespace: string;
};

/** Why a lock could not be had: the process that has it lives. */
export class LockTaken extends Error {
  readonly pid: number;
  readonly elsewhere: boolean;

  constructor({ pid, namespace }: Owner, here: string) {
    super(`The process ${pid} has the lock.`);
    this.pid = pid;
    this.elsewhere = namespace !== here;
  }

  /** `pid 7`, or `pid 7 in another container`. */
  get owner(): string {
    return `pid ${this.pid}${this.elsewhere ? ' in another container' : ''}`;
  }
}

// The owner touches its lock every 2 s. Only a lock of another container is judged by that, after watching it for 10 s.
const TOUCH_MS = 2000;
const WATCH_MS = 10_000;

/**
 * Takes the lock `file` for this process and returns what gives it back. Refuses (LockTaken) while a live process has
 * it. The lock of a process that was killed is taken over, also when its pid belongs to another process by now; of
 * several that try so at once, one gets it.
 */
export async function lockFile(file: string, watchMs = WATCH_MS): Promise<() => Promise<void>> {
  const mine = await describeSelf();
  while (!(await create(file, mine))) await removeDead(file, mine, watchMs);
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

/**
 * Removes the lock of a dead owner; refuses when it lives. Under a lock of its own: between the look at the dead owner
 * and the removal another may have done the same and hold a fresh lock, which must stay.
 */
async function removeDead(file: string, mine: Owner, watchMs: number): Promise<void> {
  const text = await readText(file);
  if (text === undefined) return; // Given back meanwhile.
  const owner = parse(text);
  if (owner && (await isAlive(file, owner, mine, watchMs))) throw new LockTaken(owner, mine.namespace);
  const giveBack = await lockFile(`${file}.takeover`, watchMs);
  try {
    if ((await readText(file)) === text) await rm(file, { force: true });
  } finally {
    await giveBack();
  }
}

const readText = (file: string) => readFile(file, 'utf8').catch(() => undefined);

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
