import { v7 as uuid } from 'uuid';
import { expect, onTestFinished, test, vi } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import { until } from '../../test/support/until.ts';
import type { Context } from '../context.ts';
import type { Db } from '../db/database.ts';
import { touchRunner } from './touch-runners.ts';

async function silentRunners(count: number) {
  const { context, db } = await testApp();
  const ids = Array.from({ length: count }, () => uuid());
  await db.query(
    `insert into runners (id, name, secret_hash, holder_id) select id, 'box', '', gen_random_uuid() from unnest($1::uuid[]) as id`,
    [ids],
  );
  const statements: unknown[][] = [];
  const control = {
    ...db,
    query: (text: string, values?: unknown[]) => {
      statements.push(values ?? []);
      return db.query(text, values);
    },
  } as unknown as typeof db;
  return { context: { ...context, control }, db, ids, statements };
}

const heardOf = async (db: Db) =>
  (await db.query<{ id: string }>('select id from runners where last_seen_at is not null')).map(({ id }) => id);

test('runners that poll at the same time are noted in one statement', async () => {
  const { context, db, ids, statements } = await silentRunners(20);
  for (const id of [...ids, ...ids]) touchRunner(context, id);
  await until(async () => (await heardOf(db)).length === 20);
  expect(statements).toEqual([[ids]]);
});

test('a runner whose session was closed is not noted: it stays offline', async () => {
  const { context, db, ids, statements } = await silentRunners(2);
  await db.query('update runners set holder_id = null where id = $1', [ids[0]]);
  for (const id of ids) touchRunner(context, id);
  await until(() => statements.length);
  await until(async () => (await heardOf(db)).length);
  expect(await heardOf(db)).toEqual([ids[1]]);
});

test('a runner whose poll is held open counts as heard of until it goes; one statement in ten seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const noted: unknown[] = [];
  const control = { query: async (_text: string, [ids]: unknown[]) => noted.push(ids) };
  const context = { control } as unknown as Context;
  const gone = new AbortController();
  touchRunner(context, 'waiting', gone.signal);
  touchRunner(context, 'passing');
  await vi.advanceTimersByTimeAsync(9_999);
  expect(noted).toEqual([['waiting', 'passing']]);
  await vi.advanceTimersByTimeAsync(10_001);
  expect(noted.slice(1)).toEqual([['waiting'], ['waiting']]);
  gone.abort();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(noted).toHaveLength(3);
});
