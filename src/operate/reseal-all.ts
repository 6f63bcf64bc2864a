import type { Db } from '../db/database.ts';
import { type KeySettings, readIdentities } from '../secrets/read-identities.ts';
import { reseal } from '../secrets/reseal.ts';
import { withPool } from './with-pool.ts';

/** What became of the secrets; `lost` are the ids of those that no identity opens. */
export type Resealed = { resealed: number; kept: number; lost: string[] };

/** Half a second of work at 2 ms to open and 2 ms to seal. */
const BATCH = 100;

/**
 * Seals every secret for SECRETS_KEY alone. It may be ended and begun again at any time, and runs beside replicas: what
 * they seal meanwhile they seal for both. `tell` hears how far it is.
 */
export function resealAll(
  url: string,
  settings: KeySettings,
  tell: (done: number, total: number) => void,
): Promise<Resealed> {
  return withPool(url, async (db) => {
    const identities = await readIdentities(settings);
    const [{ total } = { total: 0 }] = await db.query<{ total: number }>('select count(*)::int as total from secrets');
    const result: Resealed = { resealed: 0, kept: 0, lost: [] };
    for await (const row of everySecret(db)) {
      const end = await reseal(db, identities, row);
      if (end === 'lost') result.lost.push(row.id);
      else result[end] += 1;
      tell(result.resealed + result.kept + result.lost.length, total);
    }
    return result;
  });
}

async function* everySecret(db: Db): AsyncGenerator<{ id: string; sealed: Buffer }> {
  for (let after: string | null = null; ; ) {
    const rows: { id: string; sealed: Buffer }[] = await db.query(
      'select id, sealed from secrets where $1::uuid is null or id > $1 order by id limit $2',
      [after, BATCH],
    );
    yield* rows;
    if (rows.length < BATCH) return;
    after = rows.at(-1)!.id;
  }
}
