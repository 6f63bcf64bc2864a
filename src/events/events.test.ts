import { v7 as uuid } from 'uuid';
import { expect, onTestFinished, test } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { type EventReader, listen, readEventStream } from '../../test/support/event-reader.ts';
import { until } from '../../test/support/until.ts';
import type { Db } from '../db/database.ts';
import { STREAM_TIMES } from '../http/event-stream.ts';
import { recordEvent } from './record.ts';

const PROJECT = '00000000-0000-7000-8000-000000000000';
const ALL = '/api/v1/events';

type Fields = { type?: string; project_id?: string | null; task_id?: string | null; data?: unknown };

const record = (db: Db, { type = 'test.event', project_id = PROJECT, task_id = null, data }: Fields = {}) =>
  recordEvent(db, { type, project_id, task_id, actor: 'test', data });

/** A replica that listens. */
async function replica(beside?: TestApp) {
  const whoosh = await testApp(beside ? { beside } : {});
  return { ...whoosh, address: await listen(whoosh.app) };
}

const typesOf = ({ received }: EventReader) => received.map(({ data }) => data.type);

/** Waits until the stream is past everything that was recorded so far. */
async function settle(whoosh: TestApp, ...readers: EventReader[]): Promise<void> {
  const mark = uuid();
  await record(whoosh.db, { type: 'test.mark', data: mark });
  whoosh.context.notify('events');
  await Promise.all(readers.map((reader) => reader.wait(({ data }) => data === mark)));
}

async function newTask(db: Db, ...types: string[]): Promise<string> {
  const id = uuid();
  await db.query(
    `insert into tasks (id, project_id, class_id, title, needs, priority, workspace, max_attempts, backoff_base_ms,
       backoff_cap_ms, fingerprint, submitted_by)
     values ($1, $2, 1, 'Test', '{}', 5, '{}', 3, 0, 0, '', 'test')`,
    [id, PROJECT],
  );
  for (const type of types) await record(db, { type, task_id: id });
  return id;
}

test('a stream tells of everything from now on, with ids that grow', async () => {
  const whoosh = await replica();
  const headers = await whoosh.as('viewer');
  await record(whoosh.db, { type: 'test.before' });
  const reader = await readEventStream(whoosh.address, ALL, headers);
  await until(() => reader.comments.length);
  await record(whoosh.db, { type: 'test.after', data: { n: 1 } });
  await settle(whoosh, reader);
  expect(reader.received[0]).toEqual({
    id: expect.stringMatching(/^\d+-\d+$/),
    data: {
      id: reader.received[0]!.id,
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

test('a credential of one project sees the events of that project only', async () => {
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
  expect(typesOf(bound)).toEqual(['task.mine', 'test.mark']);
  await until(() => filtered.received.length === 1 && typed.received.length === 2);
  expect([typesOf(filtered), typesOf(typed)]).toEqual([['task.theirs'], ['task.mine', 'task.theirs']]);
  const refused = await readEventStream(whoosh.address, `${ALL}?project=other`, await whoosh.as('viewer', PROJECT));
  expect(refused.status).toBe(404);
});

test('an event that commits late is neither lost nor out of order', async () => {
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
  expect(typesOf(reader)).toEqual(expected);
  expect(typesOf(resumed).slice(-4)).toEqual(expected);
});

test('readers that come and go, on any replica, miss nothing and see nothing twice', async () => {
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

test('the stream of a task begins with its submit and ends when the task has ended', async () => {
  const whoosh = await replica();
  const headers = await whoosh.as('viewer');
  const id = await newTask(whoosh.db, 'task.submitted');
  const reader = await readEventStream(whoosh.address, `/api/v1/tasks/${id}/events`, headers);
  await until(() => reader.received.length === 1);
  await record(whoosh.db, { type: 'task.started', task_id: id });
  await record(whoosh.db, { type: 'task.started', task_id: uuid() });
  await record(whoosh.db, { type: 'task.succeeded', task_id: id });
  whoosh.context.notify('events');
  await reader.ended;
  expect(typesOf(reader)).toEqual(['task.submitted', 'task.started', 'task.succeeded']);
});

test('the stream of an ended task replays it; whoever has seen its end is told not to come back', async () => {
  const whoosh = await replica();
  const headers = await whoosh.as('viewer');
  const id = await newTask(whoosh.db, 'task.submitted', 'task.failed');
  const url = `/api/v1/tasks/${id}/events`;
  const reader = await readEventStream(whoosh.address, url, headers);
  await reader.ended;
  expect(typesOf(reader)).toEqual(['task.submitted', 'task.failed']);
  const [submitted, failed] = reader.received.map(({ id }) => id);
  const rest = await readEventStream(whoosh.address, url, headers, submitted);
  await rest.ended;
  expect(typesOf(rest)).toEqual(['task.failed']);
  expect((await readEventStream(whoosh.address, url, headers, failed)).status).toBe(204);
});

test('the stream of an ended task whose events were dropped ends at once', async () => {
  const whoosh = await replica();
  const id = await newTask(whoosh.db);
  await whoosh.db.query(`insert into outcomes (task_id, project_id, state, epoch) values ($1, $2, 'succeeded', 1)`, [
    id,
    PROJECT,
  ]);
  const reader = await readEventStream(whoosh.address, `/api/v1/tasks/${id}/events`, await whoosh.as('viewer'));
  await reader.ended;
  expect([reader.status, reader.received]).toEqual([200, []]);
});

test('a task of another project, an absent one and a nonsense Last-Event-ID are refused', async () => {
  const whoosh = await replica();
  const id = await newTask(whoosh.db, 'task.submitted');
  const other = uuid();
  await whoosh.db.query(`insert into projects (id, slug, name) values ($1, 'other', 'Other')`, [other]);
  const statusOf = async (task: string, headers: Record<string, string>, last?: string) =>
    (await readEventStream(whoosh.address, `/api/v1/tasks/${task}/events`, headers, last)).status;
  expect(await statusOf(id, await whoosh.as('viewer', other))).toBe(404);
  const viewer = await whoosh.as('viewer');
  expect(await statusOf(uuid(), viewer)).toBe(404);
  for (const last of ['x', '1', '1-9999999999999999999', '99999999999999999999-1']) {
    expect(await statusOf(id, viewer, last)).toBe(422);
  }
});

test('a stream is cut when its key is revoked, and pings until then', async () => {
  quicken({ ping: 20, recheck: 50 });
  const whoosh = await replica();
  const headers = await whoosh.as('viewer');
  const reader = await readEventStream(whoosh.address, ALL, headers);
  await until(() => reader.comments.filter((comment) => comment.trim() === 'ping').length > 2);
  await whoosh.db.query('update api_keys set revoked_at = now()');
  whoosh.context.notify('credentials');
  await reader.ended;
});

test('a page of another origin may not follow; a program and our own page may', async () => {
  const whoosh = await replica();
  const headers = await whoosh.as('viewer');
  const statusFrom = async (origin: string) =>
    (await readEventStream(whoosh.address, ALL, { ...headers, origin })).status;
  expect(await statusFrom('https://evil.example')).toBe(403);
  expect(await statusFrom('null')).toBe(403);
  expect(await statusFrom(whoosh.address)).toBe(200);
});

test('a request for the headers of a stream is answered at once', async () => {
  const whoosh = await replica();
  const answer = await fetch(whoosh.address + ALL, { method: 'HEAD', headers: await whoosh.as('viewer') });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
});

test('a server that closes ends its streams', async () => {
  const whoosh = await replica();
  const reader = await readEventStream(whoosh.address, ALL, await whoosh.as('viewer'));
  await whoosh.app.close();
  await reader.ended;
});

function quicken(times: Partial<typeof STREAM_TIMES>): void {
  const usual = { ...STREAM_TIMES };
  Object.assign(STREAM_TIMES, times);
  onTestFinished(() => void Object.assign(STREAM_TIMES, usual));
}
