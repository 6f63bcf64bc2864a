import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { requireOwnFolder } from '../lib/own-folder.ts';
import { processStart } from './processes/process-start.ts';
import { RunnerError } from './runner-error.ts';

type Owner = { pid: number; start: string | undefined };

const TRIES = 5;

/**
 * Makes the runner's folder if need be and takes it for this process; the returned function gives it back. Two runners
 * on one folder would end each other's work, so the second is refused (RunnerError) with the first one's pid. What a
 * killed runner left is taken over.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await makeFolder(folder);
  // agents.yaml in it says what is started as this user.
  await requireOwnFolder(folder).catch((cause: Error) => {
    throw new RunnerError(`The runner's folder cannot be used: ${cause.message}`, cause);
  });
  const path = join(folder, 'runner.lock');
  const mine = JSON.stringify({ pid: process.pid, start: await processStart(process.pid) });
  for (let tries = 0; tries < TRIES; tries++) {
    if (await create(path, mine)) return () => rm(path, { force: true });
    const theirs = await readFile(path, 'utf8').catch(() => undefined);
    if (theirs === undefined) continue;
    await refuseIfAlive(folder, theirs);
    await takeAway(path, theirs);
  }
  throw new RunnerError(`${folder}: another runner takes this folder at this moment. Try again.`);
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new RunnerError(`The runner's folder ${folder} cannot be made: ${(cause as Error).message}`, cause);
  }
}

async function create(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(text);
    await file.close();
    return true;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new RunnerError(`The runner's folder cannot be used: ${message}`, cause);
  }
}

async function refuseIfAlive(folder: string, text: string): Promise<void> {
  const owner = parse(text);
  const start = owner && (await processStart(owner.pid));
  if (!owner || !start || start !== owner.start) return;
  throw new RunnerError(
    `The runner with pid ${owner.pid} uses the folder ${folder} already. Stop it, or give this one another folder (--folder).`,
  );
}

function parse(text: string): Owner | undefined {
  try {
    return JSON.parse(text);
  } catch {
    // Killed between making the file and writing it: whoever it was is gone, or will see that the file is not its own.
    return undefined;
  }
}

// Between the look and now somebody else may have done the same and hold a fresh lock: that one is put back.
async function takeAway(path: string, expected: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  await rename(path, aside).catch(() => {});
  const taken = await readFile(aside, 'utf8').catch(() => undefined);
  if (taken === undefined) return;
  if (taken === expected) await rm(aside, { force: true });
  else await rename(aside, path);
}
