import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { parseToken } from '../lib/token.ts';
import { ensureAdminKey } from './ensure-admin-key.ts';
import { findActor } from './find-actor.ts';

async function newServer() {
  const { db } = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-key-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { db, path: join(folder, 'admin.key') };
}

test('the first start writes an admin key that only its user may read; later starts keep it [C3]', async () => {
  const { db, path } = await newServer();
  const secret = await ensureAdminKey(db, path);
  expect(await findActor(db, parseToken(secret)!)).toMatchObject({ kind: 'key', role: 'admin', project_id: null });
  expect([await readFile(path, 'utf8'), (await stat(path)).mode & 0o777]).toEqual([`${secret}\n`, 0o600]);
  expect(await ensureAdminKey(db, path)).toBe(secret);
});

test('a file that is gone, damaged or of another database is replaced by a key that works', async () => {
  const { db, path } = await newServer();
  const secrets = [await ensureAdminKey(db, path)];
  await rm(path);
  secrets.push(await ensureAdminKey(db, path));
  await writeFile(path, 'nonsense');
  secrets.push(await ensureAdminKey(db, path));
  await db.query('delete from api_keys');
  secrets.push(await ensureAdminKey(db, path));
  expect(new Set(secrets).size).toBe(4);
  expect(await findActor(db, parseToken(secrets[3]!)!)).toMatchObject({ role: 'admin' });
});
