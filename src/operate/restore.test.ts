import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import { emptyDatabase, testDatabase } from '../../test/support/database.ts';
import { listen, readEventStream } from '../../test/support/event-reader.ts';
import { record, typesOf } from '../../test/support/replica.ts';
import { testFolder } from '../../test/support/test-folder.ts';
import { until } from '../../test/support/until.ts';
import type { Db } from '../db/database.ts';
import type { PoolDb } from '../db/pool.ts';
import { backUp } from './back-up.ts';
import { restore } from './restore.ts';

const ALL = '/api/v1/events';
const { signal } = new AbortController();

/** A back-up of `db`, restored into a database of its own, with an application on it. */
async function restored(db: Db, url: string) {
  const folder = await testFolder();
  const { file } = await backUp(url, join(folder, 'whoosh.sql.gz'), signal);
  const target = await emptyDatabase();
  await restore(target.url, file, { force: false, disconnect: false });
  const whoosh = await testApp({ beside: { ...(await testApp()), db: target.db as PoolDb, url: target.url } });
  return { ...whoosh, address: await listen(whoosh.app), before: db };
}

test('events are told in their order after a restore from a PostgreSQL with higher transaction numbers, and none is lost [BK5]', async () => {
  const { db, url } = await testDatabase();
  for (const type of ['old.first', 'old.second']) await record(db, { type });
  await db.query(`update events set xid = (9000000000000 + seq)::text::xid8`);
  const whoosh = await restored(db, url);
  const headers = await whoosh.as('viewer');
  const live = await readEventStream(whoosh.address, ALL, headers);
  for (const type of ['new.first', 'new.second']) await record(whoosh.db, { type });
  await live.wait(({ type }) => type === 'new.second');
  const types = ['old.first', 'old.second', 'key.created', 'new.first', 'new.second'];
  const resumed = await readEventStream(whoosh.address, ALL, headers, '0-0');
  await resumed.wait(({ type }) => type === 'new.second');
  expect(typesOf(resumed)).toEqual(types);
  const rest = await readEventStream(whoosh.address, ALL, headers, resumed.received[2]!.id);
  await rest.wait(({ type }) => type === 'new.second');
  expect(typesOf(rest)).toEqual(types.slice(3));
});

test('whoever goes on after an event of the history that was given up is told to start over [BK5]', async () => {
  const { db, url } = await testDatabase();
  await record(db);
  const whoosh = await restored(db, url);
  const headers = await whoosh.as('viewer');
  for (const id of ['123-4', '1-123-4', '1700000000-123-4']) {
    const refused = await fetch(whoosh.address + ALL, { headers: { ...headers, 'last-event-id': id } });
    expect(await refused.json()).toMatchObject({ status: 410, code: 'events_restarted' });
  }
});

test('a restore that meets a deadlock with who still reads the tables is done all the same', async () => {
  const source = await testDatabase();
  await record(source.db, { type: 'old.first' });
  const folder = await testFolder();
  const { file } = await backUp(source.url, join(folder, 'whoosh.sql.gz'), signal);
  const { db, url } = await testDatabase();
  // Long enough to close the circle below before the restore looks for one; the reader never looks.
  await db.query(
    `do $$ begin execute format('alter database %I set deadlock_timeout = ''3s''', current_database()); end $$`,
  );
  const done = await db.transaction(async (reader) => {
    await reader.query(`set local deadlock_timeout = '10min'`);
    await reader.query('select from events limit 1');
    const restoring = restore(url, file, { force: true, disconnect: false });
    const [taken] = await until(async () => {
      const rows = await db.query<{ name: string }>(DROPPED_SQL);
      return rows.length ? rows : undefined;
    });
    await reader.query(`select from ${taken!.name} limit 1`);
    return { restoring };
  });
  expect(await done.restoring).toMatchObject({ rows: expect.any(Number) });
  expect(await db.query(`select type from events where type = 'old.first'`)).toEqual([{ type: 'old.first' }]);
});

/** A table that a restore has dropped, and not yet for others, while it waits to drop the next one. */
const DROPPED_SQL = `
  select relname as name from pg_locks l join pg_stat_activity a using (pid) join pg_class c on c.oid = l.relation
  where a.datname = current_database() and a.application_name = 'whoosh restore' and a.wait_event_type = 'Lock'
    and l.granted and l.mode = 'AccessExclusiveLock' and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace`;
