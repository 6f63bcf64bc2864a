import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { until } from '../../test/support/until.ts';
import type { Db } from '../db/database.ts';
import { createLog } from '../lib/log.ts';
import { toPlace } from './event-place.ts';
import { EventTail } from './event-tail.ts';
import { followEvents } from './follow-events.ts';

test('a reader that falls behind is cut off, and goes on where it was when it comes back', async () => {
  const { db } = await testDatabase();
  const write = (count: number) =>
    db.query(`insert into events (type, actor) select 'test.event', 'test' from generate_series(1, $1)`, [count]);
  const heard: number[] = [];
  let notify = () => {};
  const subscribe = (_topic: string, hear: () => void) => {
    notify = hear;
    return () => {};
  };
  const tail = new EventTail({ db, log: createLog('silent', false), subscribe });
  const follow = (after: string) =>
    followEvents(db, tail, {
      after: toPlace(after),
      taskId: null,
      ended: false,
      signal: AbortSignal.timeout(20_000),
    });

  await tail.subscribe((events) => heard.push(events.length));
  const slow = follow('0-0');
  const ids: string[] = [];
  const take = async () => ids.push((await slow.next()).value!.id);
  await write(3);
  for (let n = 0; n < 3; n++) await take();
  // It has read the record to its end, so what comes now gathers for it.
  const fourth = take();
  await write(1);
  await until(() => {
    notify();
    return ids.length === 4;
  });
  await fourth;

  await write(2500);
  notify();
  await until(() => heard.reduce((sum, count) => sum + count, 0) === 2504);
  for await (const { id } of slow) ids.push(id);
  expect(ids).toHaveLength(4);

  const back = follow(ids.at(-1)!);
  while (ids.length < 2504) ids.push((await back.next()).value!.id);
  await back.return(undefined);
  tail.close();
  expect(new Set(ids).size).toBe(ids.length);
});

test('what happens while the first stream of a replica begins is not lost', async () => {
  const { db } = await testDatabase();
  const happen: Db['query'] = async (text, ...rest) => {
    // The tail finds out where the record ends: just before it does, something happens.
    await db.query(`insert into events (type, actor) values ('test.between', 'test')`);
    return db.query(text, ...rest);
  };
  const tail = new EventTail({
    db: { ...db, query: happen },
    log: createLog('silent', false),
    subscribe: () => () => {},
  });
  const signal = AbortSignal.timeout(10_000);
  const reader = followEvents(db, tail, { after: toPlace('0-0'), taskId: null, ended: false, signal });
  expect((await reader.next()).value).toMatchObject({ type: 'test.between' });
  await reader.return(undefined);
  tail.close();
});
