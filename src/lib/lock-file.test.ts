import { readdir, readFile, readlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../../test/support/test-folder.ts';
import { lockFile } from './lock-file.ts';
import { processStart } from './process-start.ts';

async function freshPath(): Promise<string> {
  const folder = await testFolder();
  return join(folder, 'some.lock');
}

const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
const heldBy = (owner: object) => JSON.stringify({ namespace, ...owner });

async function lockAndGiveBack(file: string, watchMs?: number): Promise<void> {
  const unlock = await lockFile(file, watchMs);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid });
  await unlock();
}

const takenBy = (owner: string) => expect.objectContaining({ name: 'Error', owner });

test('a lock that a live process has is refused, naming its pid, until it is given back', async () => {
  const file = await freshPath();
  const unlock = await lockFile(file);
  await expect(lockFile(file)).rejects.toEqual(takenBy(`pid ${process.pid}`));
  await unlock();
  await lockAndGiveBack(file);
});

test('the lock of a process that is gone is taken over', async () => {
  const file = await freshPath();
  await writeFile(file, heldBy({ pid: 2 ** 22 + 1, started: 'then' }));
  await lockAndGiveBack(file);
});

test('a pid that belongs to another process by now does not keep a dead lock alive', async () => {
  const file = await freshPath();
  await writeFile(file, heldBy({ pid: process.ppid, started: 'another time' }));
  await lockAndGiveBack(file);
  const started = await processStart(process.ppid);
  await writeFile(file, heldBy({ pid: process.ppid, started }));
  await expect(lockFile(file)).rejects.toEqual(takenBy(`pid ${process.ppid}`));
});

test('an empty or torn lock, as after a loss of power, is taken over', async () => {
  const file = await freshPath();
  for (const text of ['', '{"pid":']) {
    await writeFile(file, text);
    await lockAndGiveBack(file);
  }
});

test('the lock of another container counts for as long as its owner touches it', async () => {
  const file = await freshPath();
  await writeFile(file, heldBy({ pid: 1, started: 'there', namespace: 'another' }));
  const touching = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), 10);
  await expect(lockFile(file, 300)).rejects.toEqual(takenBy('pid 1 in another container'));
  clearInterval(touching);
  await lockAndGiveBack(file, 50);
});

test('a lock whose taker was killed in the midst of taking it over is taken over all the same', async () => {
  const file = await freshPath();
  for (const path of [file, `${file}.takeover`]) await writeFile(path, heldBy({ pid: 2 ** 22 + 1, started: 'then' }));
  await lockAndGiveBack(file);
  expect(await readdir(dirname(file))).toEqual([]);
});

test('of many that find the same dead lock, exactly one takes it', async () => {
  for (let round = 0; round < 20; round++) {
    const file = await freshPath();
    await writeFile(file, heldBy({ pid: 2 ** 22 + 1, started: 'then' }));
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFile(file)));
    const taken = tries.filter((result) => result.status === 'fulfilled');
    expect(taken).toHaveLength(1);
    await taken[0]?.value();
  }
});
