import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { emptyDatabase, testDatabase } from '../../test/support/database.ts';
import { testFleet } from '../../test/support/fleet.ts';
import { testFolder } from '../../test/support/test-folder.ts';
import { until } from '../../test/support/until.ts';
import { auditInvariants } from '../coordinator/audit.ts';
import type { Db } from '../db/database.ts';
import { dumpSchema } from '../db/dump-schema.ts';
import { migrate } from '../db/migrate.ts';
import { recordEvent } from '../events/record.ts';
import { countEnds } from '../tasks/count-ends.ts';
import { backUp } from './back-up.ts';
import { restore } from './restore.ts';

const fleet = await testFleet();
const PLAIN = { force: false, disconnect: false };

const { signal } = new AbortController();
const backUpOf = async (url: string) => (await backUp(url, join(await testFolder(), 'whoosh.sql.gz'), signal)).file;

/** Submits and does work until told to end; answers what was acknowledged so far. */
async function load() {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 4 });
  const acknowledged: string[] = [];
  let over = false;
  const submitting = (async () => {
    while (!over) acknowledged.push(await project.task());
  })();
  const working = (async () => {
    while (!over) {
      const { grants } = await agent.poll();
      await Promise.all(grants.map((grant) => agent.start(grant)));
      // Some stay held, so that the back-up finds running work.
      await Promise.all(grants.slice(1).map((grant) => agent.complete(grant, 'done')));
      for (const grant of grants.slice(0, 1)) if (acknowledged.length % 2) await agent.complete(grant, 'late');
    }
  })();
  const end = async () => {
    over = true;
    await Promise.all([submitting, working]);
  };
  return { acknowledged, end };
}

const idsOf = async (db: Db, table: string) =>
  (await db.query<{ id: string }>(`select id from ${table}`)).map(({ id }) => id);

test('a back-up under load has every task that was acknowledged before it, and restored it keeps every promise [BK1]', async () => {
  const { acknowledged, end } = await load();
  await until(() => acknowledged.length > 300);
  const before = [...acknowledged];
  const file = await backUpOf(fleet.url);
  await until(() => acknowledged.length > before.length + 50);
  await end();
  const { db, url } = await emptyDatabase();
  const restored = await restore(url, file, PLAIN);
  expect(restored.rows).toBeGreaterThan(before.length);
  const there = new Set(await idsOf(db, 'tasks'));
  expect(before.filter((id) => !there.has(id))).toEqual([]);
  expect(await auditInvariants(db, '-infinity')).toEqual([]);
  expect(await db.query('select id from live_tasks where holder_id is not null')).toEqual([]);
  expect(await dumpSchema(db)).toBe(await dumpSchema(fleet.db));
  expect(await migrate(url)).toEqual([]);
});

test('only its owner may read a back-up, one that is interrupted leaves nothing, and none is written over another [BK2]', async () => {
  const { db, url } = await testDatabase();
  const folder = await testFolder();
  const file = join(folder, 'whoosh.sql.gz');
  const interrupted = new AbortController();
  await db.transaction(async (trx) => {
    await trx.query('lock table projects');
    const failed = expect(backUp(url, file, interrupted.signal)).rejects.toThrow('Ctrl-C');
    await until(async () => (await readdir(folder)).length);
    interrupted.abort(new Error('Ctrl-C'));
    await failed;
  });
  expect(await readdir(folder)).toEqual([]);
  await backUp(url, file, signal);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await expect(backUp(url, file, signal)).rejects.toThrow('is there already');
  expect(await readdir(folder)).toEqual(['whoosh.sql.gz']);
});

test('a back-up that is cut off or was changed is refused before anything is touched [BK2]', async () => {
  const { url } = await testDatabase();
  const file = await backUpOf(url);
  const whole = await readFile(file);
  const text = gunzipSync(whole).toString();
  const lines = text.split('\n');
  const spoilt: [Buffer, string][] = [
    [whole.subarray(0, -200), 'unexpected end of file'],
    [Buffer.from('select 1;'), 'it is not compressed'],
    [gzipSync('select 1;\n'), 'its last line is missing'],
    [gzipSync(text.slice(0, -20)), 'its last line is cut off'],
    [gzipSync(lines.slice(0, -2).join('\n')), 'its last line is missing'],
    [gzipSync(text.replace('Default', 'Changed')), 'its checksum is another'],
    [gzipSync(text.replace('"format":1', '"format":2')), 'it has another format than this version knows'],
    // It would be shown in the terminal of whoever restores it.
    [gzipSync(text.replace('"version":"', '"version":"\\u001b[2J')), 'it has another format'],
    [gzipSync(text.replace('"rows":{', '"rows":{"\\u001b[2J":1,')), 'its last line is cut off'],
  ];
  const empty = await emptyDatabase();
  for (const [bytes, why] of spoilt) {
    await writeFile(file, bytes);
    await expect(restore(empty.url, file, PLAIN)).rejects.toThrow(why);
  }
  expect(
    await empty.db.query('select relname from pg_class where relnamespace = $1::regnamespace', ['public']),
  ).toEqual([]);
});

test('a database that is not empty is replaced only when told so, and servers that run are not overtaken [BK3]', async () => {
  const { url } = await testDatabase();
  const file = await backUpOf(url);
  const { db, url: other } = await testDatabase();
  await db.query(`insert into projects (id, slug, name) values (gen_random_uuid(), 'mine', 'Mine')`);
  await expect(restore(other, file, PLAIN)).rejects.toThrow('The database is not empty.');
  await db.query(`set application_name = 'whoosh api'; select pg_sleep(0)`);
  await expect(restore(other, file, { force: true, disconnect: false })).rejects.toThrow('Servers are connected');
  await restore(other, file, { force: true, disconnect: true });
  expect(await db.query('select slug from projects')).toEqual([{ slug: 'default' }]);
});

test('ids that the database counts go on where they were', async () => {
  const { db, url } = await testDatabase();
  const add = (into: Db, slug: string) =>
    into.query(`insert into projects (id, slug, name) values (gen_random_uuid(), $1, $1) returning number`, [slug]);
  for (const slug of ['one', 'two', 'three']) await add(db, slug);
  await db.query(`delete from projects where slug = 'three'`);
  const file = await backUpOf(url);
  const empty = await emptyDatabase();
  await restore(empty.url, file, PLAIN);
  expect(await add(empty.db, 'four')).toEqual(await add(db, 'four'));
});

test('the totals of tasks go on where they were, with what was not counted yet', async () => {
  const { db, url } = await testDatabase();
  const project_id = '00000000-0000-7000-8000-000000000000';
  const end = (into: Db) => recordEvent(into, { type: 'task.succeeded', project_id, task_id: null, actor: 'test' });
  const totalOf = async (one: Db) =>
    (await one.query<{ total: number }>('select total from task_totals where project_id = $1', [project_id]))[0]?.total;
  const untilTotal = (one: Db, total: number) =>
    until(async () => {
      await countEnds(one);
      return (await totalOf(one)) === total;
    });
  for (let at = 0; at < 3; at++) await end(db);
  await untilTotal(db, 3);
  for (let at = 0; at < 2; at++) await end(db);
  const file = await backUpOf(url);
  const empty = await emptyDatabase();
  await restore(empty.url, file, PLAIN);
  expect(await totalOf(empty.db)).toBe(5);
  await end(empty.db);
  await untilTotal(empty.db, 6);
});

test('what the largest and strangest texts are comes back as it was', async () => {
  const { db, url } = await testDatabase();
  const texts = ['\\.', 'a\n\\.\nb', '\\N', 'tab\tnewline\r\n\\\\', '', '🦊'.repeat(300_000)];
  for (const text of texts) await recordEvent(db, { type: 'test', project_id: null, task_id: null, actor: text });
  const file = await backUpOf(url);
  const empty = await emptyDatabase();
  await restore(empty.url, file, PLAIN);
  const rows = await empty.db.query<{ actor: string }>('select actor from events order by seq');
  expect(rows.map(({ actor }) => actor)).toEqual(texts);
});
