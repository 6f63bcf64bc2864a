import type { Db } from '../../src/db/database.ts';
import { recordEvent } from '../../src/events/record.ts';
import { type TestApp, testApp } from './app.ts';
import { type EventReader, listen } from './event-reader.ts';

/** The project that is always there. */
export const PROJECT = '00000000-0000-7000-8000-000000000000';

type Fields = { type?: string; project_id?: string | null; task_id?: string | null; data?: unknown };

/** Writes one line of the record. */
export const record = (db: Db, { type = 'test.event', project_id = PROJECT, task_id = null, data }: Fields = {}) =>
  recordEvent(db, { type, project_id, task_id, actor: 'test', data });

/** An application that listens, sharing the database of `beside`. */
export async function replica(beside?: TestApp) {
  const whoosh = await testApp(beside ? { beside } : {});
  return { ...whoosh, address: await listen(whoosh.app) };
}

export const typesOf = ({ received }: EventReader) => received.map(({ data }) => data.type);
