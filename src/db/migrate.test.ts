import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { emptyDatabase } from '../../test/support/database.ts';
import { tcpProxy } from '../../test/support/tcp-proxy.ts';
import { migrate } from './migrate.ts';
import { migrationStatus } from './migration-status.ts';
import { listMigrations, MIGRATIONS_FOLDER } from './migrations.ts';

const run = promisify(execFile);

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  return folder;
}

const FIRST = { '0001_things.sql': 'create table thing (a int);\ninsert into thing values (1);\n' };
const SECOND = { '0002_more_things.sql': '-- A column.\nalter table thing add b int;' };

test('pending migrations are applied in the order of their names, and only once [DB6]', async () => {
  const { db, url } = await emptyDatabase();
  expect(await migrate(url, await folderOf(FIRST))).toEqual(['0001_things']);
  const both = await folderOf({ ...SECOND, ...FIRST });
  expect(await migrationStatus(db, both)).toEqual({
    applied: ['0001_things'],
    pending: ['0002_more_things'],
    unknown: [],
    works: false,
  });
  expect(await migrate(url, both)).toEqual(['0002_more_things']);
  expect(await migrate(url, both)).toEqual([]);
  expect(await db.query('select * from thing')).toEqual([{ a: 1, b: null }]);
});

test('our own migrations bring an empty database to the present schema', async () => {
  const { db, url } = await emptyDatabase();
  const names = await listMigrations(MIGRATIONS_FOLDER);
  expect(await migrationStatus(db)).toEqual({ applied: [], pending: names, unknown: [], works: false });
  expect(await migrate(url)).toEqual(names);
  expect(await migrationStatus(db)).toEqual({ applied: names, pending: [], unknown: [], works: true });
});

test('eight processes that start at once on an empty database all come up, and one of them migrates [DB6] [S7]', async () => {
  const { db, url } = await emptyDatabase();
  const folder = await folderOf({ ...FIRST, ...SECOND });
  const program = `import { migrate } from ${JSON.stringify(import.meta.resolve('./migrate.ts'))};
    console.log(JSON.stringify(await migrate(process.argv[1], process.argv[2])));`;
  const child = () => run(process.execPath, ['--input-type=module', '-e', program, url, folder]);
  const applied = (await Promise.all(Array.from({ length: 8 }, child))).map(({ stdout }) => JSON.parse(stdout));
  expect(applied.sort((one, other) => other.length - one.length)).toEqual([
    ['0001_things', '0002_more_things'],
    ...Array(7).fill([]),
  ]);
  expect(await db.query('select * from thing')).toHaveLength(1);
});

test('a migration that fails names its file and line and leaves the schema as it was', async () => {
  const { db, url } = await emptyDatabase();
  const folder = await folderOf({
    ...FIRST,
    '0002_bad.sql': 'alter table thing add b int;\n\nalter table nothing add c int;',
  });
  await expect(migrate(url, folder)).rejects.toThrow(
    'Migration 0002_bad failed: relation "nothing" does not exist. Nothing was changed.',
  );
  const typo = await folderOf({
    ...FIRST,
    '0002_bad.sql': 'alter table thing add b int;\n\nalter tabel thing add c int;',
  });
  await expect(migrate(url, typo)).rejects.toThrow(
    'Migration 0002_bad, line 3 failed: syntax error at or near "tabel". Nothing was changed.',
  );
  expect(await migrationStatus(db, folder)).toMatchObject({ applied: [] });
  expect(await db.query("select to_regclass('thing') as thing")).toEqual([{ thing: null }]);
});

test('a schema made by a newer version is refused by name', async () => {
  const { url } = await emptyDatabase();
  await migrate(url, await folderOf({ ...FIRST, ...SECOND }));
  await expect(migrate(url, await folderOf(FIRST))).rejects.toThrow(
    'The schema is newer than this version: 0002_more_things was applied by a later one. Start that version, or restore a backup.',
  );
});

test('a version starts on the schema of the next one, until a migration takes away what it uses [U2]', async () => {
  const { db, url } = await emptyDatabase();
  const names = await migrate(url);
  await db.query("insert into schema_migration values ('9998_more', now()::text)");
  expect(await migrate(url)).toEqual([]);
  expect(await migrationStatus(db)).toEqual({ applied: names, pending: [], unknown: ['9998_more'], works: true });
  await db.query("update cluster set works_from = '9998_more'");
  await expect(migrate(url)).rejects.toThrow('The schema is newer than this version: 9998_more');
});

test('a recorded migration whose file is lost is refused by name', async () => {
  const { url } = await emptyDatabase();
  await migrate(url, await folderOf({ ...FIRST, ...SECOND }));
  await expect(migrate(url, await folderOf(SECOND))).rejects.toThrow(
    'The schema has migrations that are missing here: 0001_things.',
  );
});

test('a file between migrations that are applied already is refused', async () => {
  const { url } = await emptyDatabase();
  await migrate(url, await folderOf({ ...FIRST, '0003_last.sql': 'select 1' }));
  const folder = await folderOf({ ...FIRST, ...SECOND, '0003_last.sql': 'select 1' });
  await expect(migrate(url, folder)).rejects.toThrow('0002_more_things');
});

test('a .sql file with a number that is not named like a migration is refused instead of left out', async () => {
  const { url } = await emptyDatabase();
  expect(await migrate(url, await folderOf({ ...FIRST, 'schema.sql': 'no migration' }))).toEqual(['0001_things']);
  const folder = await folderOf({ ...FIRST, '2_second.sql': 'select 1' });
  await expect(migrate(url, folder)).rejects.toThrow('2_second.sql');
});

test('a database that is away is unavailable', async () => {
  const { url } = await emptyDatabase();
  const proxy = await tcpProxy(url);
  proxy.down();
  await expect(migrate(proxy.url)).rejects.toMatchObject({ code: 'unavailable' });
});
