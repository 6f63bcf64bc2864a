import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity } from 'age-encryption';
import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { refusalOf } from '../../test/support/refusal-of.ts';
import { PROJECT } from '../../test/support/replica.ts';
import { openSecrets } from './secrets.ts';

const FOR = { project_id: PROJECT, purpose: 'tests' };
const SECRET = { ...FOR, value: 'sk-hunter2', created_by: 'test' };

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'whoosh-test-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const standalone = async (dataDir?: string) =>
  openSecrets({ dataDir: dataDir ?? (await folder()), secretsKey: undefined, secretsKeyPrevious: undefined });

test('a sealed value opens for what it was sealed for, and stands nowhere in the database [I12] [S39]', async () => {
  const { db } = await testDatabase();
  const secrets = await standalone();
  const id = await secrets.seal(db, SECRET);
  expect(await secrets.open(db, id, FOR)).toBe('sk-hunter2');
  const [row] = await db.query<{ sealed: Buffer }>('select sealed from secrets');
  expect(row!.sealed.toString('latin1')).not.toContain('hunter2');
});

test('a standalone server makes its identity when it is needed first, for its own account only, and keeps it', async () => {
  const { db } = await testDatabase();
  const dataDir = join(await folder(), 'data');
  const [one, other] = [await standalone(dataDir), await standalone(dataDir)];
  const ids = await Promise.all([one.seal(db, SECRET), other.seal(db, SECRET)]);
  const file = join(dataDir, 'secrets.key');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).toEqual(['secrets.key']);
  expect(await readFile(file, 'utf8')).toMatch(/^AGE-SECRET-KEY-1[0-9A-Z]{58}\n$/);
  const later = await standalone(dataDir);
  expect(await Promise.all(ids.map((id) => later.open(db, id, FOR)))).toEqual(['sk-hunter2', 'sk-hunter2']);
});

test('replicas that share SECRETS_KEY open what the others sealed', async () => {
  const { db } = await testDatabase();
  const dataDir = await folder();
  const secretsKey = await generateX25519Identity();
  const [one, other] = [1, 2].map(() => openSecrets({ dataDir, secretsKey, secretsKeyPrevious: undefined }));
  expect(await other!.open(db, await one!.seal(db, SECRET), FOR)).toBe('sk-hunter2');
});

test('a value does not open with another identity, for another purpose or project, or in the place of another', async () => {
  const { db } = await testDatabase();
  const secrets = await standalone();
  const [id, victim] = [await secrets.seal(db, SECRET), await secrets.seal(db, { ...SECRET, purpose: 'other' })];
  await db.query('update secrets set sealed = (select sealed from secrets where id = $1) where id = $2', [victim, id]);
  const fresh = await standalone();
  const attempts = [
    () => fresh.open(db, id, FOR),
    () => secrets.open(db, victim, FOR),
    () => secrets.open(db, victim, { project_id: null, purpose: 'other' }),
    () => secrets.open(db, id, { ...FOR, purpose: 'other' }),
  ];
  for (const attempt of attempts) {
    const refusal = await refusalOf(attempt());
    expect(refusal.code).toBe('secret_unusable');
    expect(refusal.message).not.toContain('hunter2');
  }
});
