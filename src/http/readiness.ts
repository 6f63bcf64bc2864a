import type { Context } from '../context.ts';
import { migrationStatus } from '../db/migration-status.ts';
import { within } from '../lib/within.ts';

const LIMIT_MS = 5000;

/**
 * Why a replica that is not shutting down should get no requests now, in one sentence; null when it should. Load is no
 * reason: docs/decisions/0013.
 */
export async function findObstacle(context: Context): Promise<string | null> {
  try {
    return await within(LIMIT_MS, findDatabaseObstacle(context));
  } catch (error) {
    // Not answering is the answer.
    return (error as Error).message;
  }
}

async function findDatabaseObstacle({ db }: Context): Promise<string | null> {
  await db.ping(LIMIT_MS);
  const { pending } = await migrationStatus(db);
  return pending.length ? `The schema lacks ${pending.join(', ')}: run whoosh db migrate.` : null;
}
