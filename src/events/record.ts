import type { Db } from '../db/database.ts';

/** What happened. `project_id` null: it concerns all projects, and only credentials for all of them see it. */
export type NewEvent = {
  /** `<noun>.<what happened to it>`, such as `task.cancelled`. */
  type: string;
  project_id: string | null;
  task_id: string | null;
  /** From `actorName`, or `coordinator`. */
  actor: string;
  data?: unknown;
};

/**
 * Writes one line of the append-only record. Give it the transaction of the change it tells of, so that there is never
 * one without the other; after the commit, notify the topic `events` to have live views see it at once.
 */
export async function recordEvent(trx: Db, { type, project_id, task_id, actor, data }: NewEvent): Promise<void> {
  await trx.query(
    `insert into events (project_id, task_id, type, actor, data) values ($1, $2, $3, $4, $5)`,
    [project_id, task_id, type, actor, data === undefined ? null : JSON.stringify(data)],
    { name: 'events-record' },
  );
}
