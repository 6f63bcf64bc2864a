import { mkdtemp, readFile, readlink, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockFolder } from './folder-lock.ts';
import { processStart } from './process-start.ts';

async function lockFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-lock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'postgres.lock');
}

const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
const heldBy = (owner: object) => JSON.stringify({ namespace, ...owner });

async function lockAndGiveBack(file: string, watchMs?: number): Promise<void> {
  const unlock = await lockFolder(file, watchMs);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid });
  await unlock();
}

test('a folder that a live process holds is refused, naming its pid, until it is given back', async () => {
  const file = await lockFile();
  const unlock = await lockFolder(file);
  await expect(lockFolder(file)).rejects.toThrow(
    `Another WHOOSH server (pid ${process.pid}) uses ${file.slice(0, -'.lock'.length)}. Stop it, or set WHOOSH_DATA_DIR to another folder.`,
  );
  await unlock();
  await lockAndGiveBack(file);
});

test('the lock of a process that is gone is taken over', async () => {
  const file = await lockFile();
  await writeFile(file, heldBy({ pid: 2 ** 22 + 1, started: 'then' }));
  await lockAndGiveBack(file);
});

test('a pid that belongs to another process by now does not keep a dead lock alive', async () => {
  const file = await lockFile();
  await writeFile(file, heldBy({ pid: process.ppid, started: 'another time' }));
  await lockAndGiveBack(file);
  const started = await processStart(process.ppid);
  await writeFile(file, heldBy({ pid: process.ppid, started }));
  await expect(lockFolder(file)).rejects.toThrow(`pid ${process.ppid}`);
});

test('an empty or torn lock, as after a loss of power, is taken over', async () => {
  const file = await lockFile();
  for (const text of ['', '{"pid":']) {
    await writeFile(file, text);
    await lockAndGiveBack(file);
  }
});

test('the lock of another container counts for as long as its owner touches it', async () => {
  const file = await lockFile();
  await writeFile(file, heldBy({ pid: 1, started: 'there', namespace: 'another' }));
  const touching = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), 10);
  await expect(lockFolder(file, 300)).rejects.toThrow('pid 1 in another container');
  clearInterval(touching);
  await lockAndGiveBack(file, 50);
});

test('of many that find the same dead lock, exactly one takes it', async () => {
  for (let round = 0; round < 20; round++) {
    const file = await lockFile();
    await writeFile(file, heldBy({ pid: 2 ** 22 + 1, started: 'then' }));
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(file)));
    const taken = tries.filter((result) => result.status === 'fulfilled');
    expect(taken).toHaveLength(1);
    await taken[0]?.value();
  }
});
