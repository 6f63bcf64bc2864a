import { v7 as uuid } from 'uuid';
import { expect, test } from 'vitest';
import { readEventStream } from '../../test/support/event-reader.ts';
import { PROJECT, record, replica, typesOf } from '../../test/support/replica.ts';
import { until } from '../../test/support/until.ts';
import type { Db } from '../db/database.ts';

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
