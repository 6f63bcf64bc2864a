import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Db } from '../db/database.ts';
import { ensureAdminKey } from '../members/ensure-admin-key.ts';

/** The admin key of a standalone server, and the file in its data folder that has it. */
export async function keepAdminKey(db: Db, dataDir: string): Promise<{ file: string; key: string }> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'admin.key');
  return { file, key: await ensureAdminKey(db, file) };
}
