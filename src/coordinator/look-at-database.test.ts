import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { Db } from '../db/database.ts';
import { lookAtDatabase } from './look-at-database.ts';

const GAP_MS = 10_000;
const NEVER = Number.POSITIVE_INFINITY;
const look = (db: Db, refusedMsAgo = NEVER) => lookAtDatabase(db, GAP_MS, refusedMsAgo);
/** Lets time pass since the last look. */
const pass = (db: Db, seconds: number) =>
  db.query(`update reachability set since = since - $1 * interval '1 s', last_ok = last_ok - $1 * interval '1 s'`, [
    seconds,
  ]);
/** Whole seconds: each look takes some milliseconds. */
const seconds = async (asked: Promise<{ fleet_ms: number }>) => Math.round((await asked).fleet_ms / 1000);

test('a replica that starts goes on with what others have seen; the first of all begins [G4]', async () => {
  const { db } = await testDatabase();
  const seen = [await seconds(look(db))];
  for (const passed of [9, 9, 9]) {
    await pass(db, passed);
    seen.push(await seconds(look(db)));
  }
  expect(seen).toEqual([0, 9, 18, 27]);
});

test('when nobody has looked for longer than the gap, it begins anew: the database may have been away [T15]', async () => {
  const { db } = await testDatabase();
  await look(db);
  await pass(db, 9);
  expect(await seconds(look(db))).toBe(9);
  await pass(db, 11);
  expect(await seconds(look(db))).toBe(0);
});

test('a refusal that one replica has met counts for all, from its moment on', async () => {
  const { db } = await testDatabase();
  await look(db);
  for (const passed of [9, 9, 9]) {
    await pass(db, passed);
    await look(db);
  }
  expect(await seconds(look(db, 4000))).toBe(4);
  expect(await seconds(look(db))).toBe(4);
  // An older one than what is known already changes nothing.
  expect(await seconds(look(db, 60_000))).toBe(4);
});

test('a clock of the database that was set back begins it anew', async () => {
  const { db } = await testDatabase();
  await look(db);
  await pass(db, 9);
  await look(db);
  await pass(db, -3600);
  expect(await seconds(look(db))).toBe(0);
});

test('replicas that look at the same moment do not take each other for a break', async () => {
  const { db } = await testDatabase();
  await look(db);
  await pass(db, 9);
  const all = await Promise.all(Array.from({ length: 40 }, () => seconds(look(db))));
  expect(new Set(all)).toEqual(new Set([9]));
});

test('a look tells the time of the database', async () => {
  const { db } = await testDatabase();
  const { at } = await look(db);
  const [row] = await db.query<{ later: number }>(
    'select extract(epoch from clock_timestamp())::float8 * 1000 - $1 as later',
    [at],
  );
  expect(row!.later).toBeGreaterThanOrEqual(0);
  expect(row!.later).toBeLessThan(5000);
});
