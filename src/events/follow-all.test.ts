import { v7 as uuid } from 'uuid';
import { expect, test } from 'vitest';
import type { TestApp } from '../../test/support/app.ts';
import { type EventReader, readEventStream } from '../../test/support/event-reader.ts';
import { PROJECT, record, replica, typesOf } from '../../test/support/replica.ts';
import { until } from '../../test/support/until.ts';

const ALL = '/api/v1/events';

/** Waits until the stream is past everything that was recorded so far. */
async function settle(whoosh: TestApp, ...readers: EventReader[]): Promise<void> {
  const mark = uuid();
  await record(whoosh.db, { type: 'test.mark', data: mark });
  whoosh.context.notify('events');
  await Promise.all(readers.map((reader) => reader.wait(({ data }) => data === mark)));
}

test('a stream tells of everything from now on, with ids that grow', async () => {
  const whoosh = await replica();
  const headers = await whoosh.as('viewer');
  await record(whoosh.db, { type: 'test.before' });
  const reader = await readEventStream(whoosh.address, ALL, headers);
  await until(() => reader.comments.length);
  await record(whoosh.db, { type: 'test.after', data: { n: 1 } });
  await settle(whoosh, reader);
  // While any transaction of the PostgreSQL is open, also of another database, what committed after it began may be told.
  const told = reader.received.find(({ data }) => data.type === 'test.after')!;
  expect(told).toEqual({
    id: expect.stringMatching(/^\d+-\d+$/),
    data: {
      id: told.id,
      type: 'test.after',
      at: expect.stringMatching(/Z$/),
      project_id: PROJECT,
      task_id: null,
      actor: 'test',
      data: { n: 1 },
    },
  });
});

test('an event arrives within two seconds when its notification was lost', async () => {
  const whoosh = await replica();
  const reader = await readEventStream(whoosh.address, ALL, await whoosh.as('viewer'));
  await until(() => reader.comments.length);
  await record(whoosh.db);
  await until(() => reader.received.length, { timeoutMs: 2000 });
});

test('a credential of one project sees the events of that project only [I10]', async () => {
  const whoosh = await replica();
  const other = uuid();
  await whoosh.db.query(`insert into projects (id, slug, name) values ($1, 'other', 'Other')`, [other]);
  const bound = await readEventStream(whoosh.address, ALL, await whoosh.as('viewer', PROJECT));
  const filtered = await readEventStream(whoosh.address, `${ALL}?project=other`, await whoosh.as('viewer'));
  const typed = await readEventStream(whoosh.address, `${ALL}?type=task.`, await whoosh.as('viewer'));
  await until(() => [bound, filtered, typed].every(({ comments }) => comments.length));
  await record(whoosh.db, { type: 'task.mine' });
  await record(whoosh.db, { type: 'task.theirs', project_id: other });
  await record(whoosh.db, { type: 'agent.shared', project_id: null });
  await settle(whoosh, bound);
  // The key itself belongs to the project, and may be told for the reason above.
  expect(typesOf(bound).filter((type) => type !== 'key.created')).toEqual(['task.mine', 'test.mark']);
  await until(() => filtered.received.length === 1 && typed.received.length === 2);
  expect([typesOf(filtered), typesOf(typed)]).toEqual([['task.theirs'], ['task.mine', 'task.theirs']]);
  const refused = await readEventStream(whoosh.address, `${ALL}?project=other`, await whoosh.as('viewer', PROJECT));
  expect(refused.status).toBe(404);
});

test('an event that commits late is neither lost nor out of order [T19]', async () => {
  const whoosh = await replica();
  const reader = await readEventStream(whoosh.address, ALL, await whoosh.as('viewer'));
  await until(() => reader.comments.length);
  const commit = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const late = whoosh.db.transaction(async (trx) => {
    await record(trx, { type: 'test.late' });
    written.resolve();
    await commit.promise;
  });
  await written.promise;
  await record(whoosh.db, { type: 'test.early' });
  whoosh.context.notify('events');
  const resumed = await readEventStream(whoosh.address, ALL, await whoosh.as('viewer'), '0-0');
  await resumed.wait(({ type }) => type === 'key.created');
  commit.resolve();
  await late;
  await settle(whoosh, reader, resumed);
  const expected = ['test.late', 'test.early', 'key.created', 'test.mark'];
  // A reader from now on may be told of what was just before: of the key that it uses.
  expect(typesOf(reader).slice(-4)).toEqual(expected);
  expect(typesOf(resumed).slice(-4)).toEqual(expected);
});

test('readers that come and go, on any replica, miss nothing and see nothing twice [T19]', async () => {
  const first = await replica();
  const second = await replica(first);
  const headers = await first.as('viewer');
  const commits = 300;
  const written = writeConcurrently(first, commits);
  const seen = await Promise.all([0, 1, 2].map((offset) => readInPieces([first, second], headers, offset, commits)));
  await written;
  const rows = await first.db.query<{ id: string }>(
    `select xid || '-' || seq as id from events where type = 'test.storm' order by xid, seq`,
  );
  for (const ids of seen) expect(ids).toEqual(rows.map(({ id }) => id));
});

/** Transactions of one to three events, eight at a time; every fifth holds the others up for a while. */
async function writeConcurrently({ db, context }: TestApp, commits: number): Promise<void> {
  const one = (n: number) =>
    db.transaction(async (trx) => {
      for (let i = 0; i <= n % 3; i++) await record(trx, { type: 'test.storm' });
      if (n % 5 === 0) await trx.query('select pg_sleep($1)', [(n % 7) / 200]);
    });
  const next = Array.from({ length: commits }, (_, n) => n);
  const writer = async () => {
    for (let n = next.shift(); n !== undefined; n = next.shift()) {
      await one(n);
      context.notify('events');
    }
  };
  await Promise.all(Array.from({ length: 8 }, writer));
}

/** Follows from the beginning, goes away after some events and comes back elsewhere with the last id it saw. */
async function readInPieces(
  replicas: { address: string }[],
  headers: Record<string, string>,
  offset: number,
  commits: number,
): Promise<string[]> {
  const total = commits * 2;
  const ids: string[] = [];
  for (let piece = offset; ids.length < total; piece++) {
    const { address } = replicas[piece % replicas.length]!;
    const reader = await readEventStream(address, `${ALL}?type=test.storm`, headers, ids.at(-1) ?? '0-0');
    const wanted = Math.min(total - ids.length, 20 + piece * 17);
    await until(() => reader.received.length >= wanted);
    reader.leave();
    ids.push(...reader.received.splice(0).map(({ id }) => id));
  }
  return ids;
}
