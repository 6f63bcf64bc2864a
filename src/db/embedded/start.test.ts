import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, readlink, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { embeddedProcess } from '../../../test/support/embedded-process.ts';
import { testPool } from '../../../test/support/pool.ts';
import { scratchFolder } from '../../../test/support/scratch-folder.ts';
import { testFolder } from '../../../test/support/test-folder.ts';
import { until } from '../../../test/support/until.ts';
import { createLog } from '../../lib/log.ts';
import { processStart } from '../../lib/process-start.ts';
import { Listener } from '../listener.ts';
import { findBinaries } from './binaries.ts';
import { type EmbeddedOptions, startEmbedded } from './start.ts';

const silent = createLog('silent', false);
const isRoot = process.getuid?.() === 0;

// initdb takes a second, a copy of what it made 0.1 s.
const template = await scratchFolder();
afterAll(() => rm(template, { recursive: true }));

/** A data folder that was used before. */
async function usedFolder(): Promise<string> {
  const dataDir = join(template, 'data');
  if (!existsSync(dataDir)) {
    await (await startEmbedded({ dataDir, log: silent })).stop();
  }
  const folder = await testFolder();
  await promisify(execFile)('cp', ['-a', `${dataDir}/.`, folder]);
  return folder;
}

async function start(dataDir: string, options: Partial<EmbeddedOptions> = {}) {
  const embedded = await startEmbedded({ dataDir, log: silent, ...options });
  onTestFinished(() => embedded.stop());
  return embedded;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(text).finally(() => client.end());
  return rows;
}

test('the first start creates a durable database, and what is written is there after a restart [DB2]', async () => {
  const dataDir = join(await testFolder(), 'made', 'when missing');
  const first = await start(dataDir);
  const settings =
    "select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit, current_database() as db";
  expect(await query(first.url, settings)).toEqual([{ fsync: 'on', commit: 'on', db: 'whoosh' }]);
  await query(first.url, 'create table thing (a int); insert into thing values (1)');
  await first.stop();
  expect(await processStart(first.pid)).toBeUndefined();
  const second = await start(dataDir);
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'select a from thing')).toEqual([{ a: 1 }]);
});

test('the password is a file that only its owner may read, and nobody gets in without it', async () => {
  const { url } = await start(await usedFolder());
  const folder = new URL(url).searchParams.get('host');
  const password = await readFile(`${folder}.password`, 'utf8');
  expect(new URL(url).password).toBe(password);
  const wrong = Object.assign(new URL(url), { password: 'guess' }).href;
  await expect(query(wrong, 'select 1')).rejects.toMatchObject({ code: '28P01' });
});

test('the PostgreSQL of a server that was killed is ended, and its data is kept [DB3]', async () => {
  const dataDir = await usedFolder();
  const { said, kill } = await embeddedProcess(dataDir);
  await query(said.url, 'create table thing (a int); insert into thing values (1)');
  await kill();
  expect(await processStart(said.pid)).toBeDefined();
  const { url, pid } = await start(dataDir);
  expect(await processStart(said.pid)).toBeUndefined();
  expect(pid).not.toBe(said.pid);
  expect(await query(url, 'select a from thing')).toEqual([{ a: 1 }]);
});

test('a second server on the same folder is refused, naming the first one’s pid [DB4]', async () => {
  const dataDir = await usedFolder();
  const { pid, stop } = await embeddedProcess(dataDir);
  await expect(startEmbedded({ dataDir, log: silent })).rejects.toThrow(
    `Another WHOOSH server (pid ${pid}) uses ${dataDir}/postgres.`,
  );
  await stop();
  await start(dataDir);
});

test('a PostgreSQL that dies is started again, and says so in the log [DB3]', async () => {
  const lines = new PassThrough();
  const { url, pid, ...embedded } = await start(await usedFolder(), { log: createLog('info', false, lines) });
  await query(url, 'create table thing (a int); insert into thing values (1)');
  process.kill(pid, 'SIGKILL');
  expect(await until(() => query(url, 'select a from thing'))).toEqual([{ a: 1 }]);
  await embedded.stop();
  expect(String(lines.read())).toMatch(/"end":"SIGKILL".*PostgreSQL ended unexpectedly.*PostgreSQL runs again/s);
});

test('pool and listener of a replica live through the death of PostgreSQL', async () => {
  const { url, pid } = await start(await usedFolder());
  const pool = testPool(url);
  const listener = new Listener({ url, log: silent });
  onTestFinished(() => listener.close());
  let connections = 0;
  listener.onReconnected(() => connections++);
  await Promise.all([1, 2, 3].map(() => pool.query('select pg_sleep(0.01)')));
  await until(() => connections === 1);
  process.kill(pid, 'SIGKILL');
  await until(() => connections === 2);
  expect(await pool.query('select 1 as one')).toEqual([{ one: 1 }]);
});

test('a pid file whose pid is another process by now does not hinder the start', async () => {
  const dataDir = await usedFolder();
  const first = await start(dataDir);
  await first.stop();
  await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n${dataDir}/postgres\n1\n5432\n`);
  await start(dataDir);
});

test('where the path is too long for a unix socket it listens on a free port of 127.0.0.1', async () => {
  const dataDir = join(await testFolder(), 'x'.repeat(60));
  const { url, pid } = await start(dataDir);
  expect(url).toMatch(/@127\.0\.0\.1:\d+\/whoosh$/);
  process.kill(pid, 'SIGKILL');
  expect(await until(() => query(url, 'select 1 as one'))).toEqual([{ one: 1 }]);
});

test('a folder that cannot be used is refused with the reason and the remedy [DB5]', async () => {
  const file = join(await testFolder(), 'file');
  await writeFile(file, '');
  const refusal = (dataDir: string) => startEmbedded({ dataDir, log: silent }).catch(({ message }) => message);
  const sentence = (dataDir: string) =>
    `The embedded database cannot use ${dataDir}: there is a file where a folder is needed. Set WHOOSH_DATA_DIR to a folder of your own, or DATABASE_URL to a PostgreSQL.`;
  expect(await refusal(file)).toBe(sentence(file));
  expect(await refusal(join(file, 'below'))).toBe(sentence(join(file, 'below')));

  const occupied = await testFolder();
  await writeFile(join(occupied, 'postgres'), '');
  expect(await refusal(occupied)).toContain('there is a file where a folder is needed');

  const foreign = await testFolder();
  await mkdir(join(foreign, 'postgres'));
  await writeFile(join(foreign, 'postgres', 'thesis.txt'), '');
  expect(await refusal(foreign)).toContain('there is something else in it');
});

test('a database whose password was deleted is refused by the name of the file', async () => {
  const dataDir = await usedFolder();
  await (await start(dataDir)).stop();
  await rm(join(dataDir, 'postgres.password'));
  await expect(startEmbedded({ dataDir, log: silent })).rejects.toThrow(/postgres\.password, which holds the password/);
});

test('a PostgreSQL that cannot start is refused with the reason from its log, and the folder is free again [DB5]', async () => {
  const dataDir = await usedFolder();
  const impossible = startEmbedded({ dataDir, log: silent, settings: { shared_buffers: 'plenty' } });
  await expect(impossible).rejects.toThrow('invalid value for parameter "shared_buffers"');
  await start(dataDir);
});

test('a platform without binaries is refused with the ones that have them, and the way out', async () => {
  await expect(findBinaries('sunos-sparc')).rejects.toThrow(
    'There is no embedded PostgreSQL for sunos-sparc here. The embedded database runs on linux-x64, linux-arm64, darwin-x64, darwin-arm64, or set DATABASE_URL to a PostgreSQL 15 to 18.',
  );
});

test('it runs for a plain user, as that user [DB2]', async ({ skip }) => {
  // Not root: every other test here is this one.
  if (!isRoot) return void skip('only root can start a server as somebody else');
  const nobody = { uid: 65534, gid: 65534 };
  const dataDir = await testFolder();
  await chown(dataDir, nobody.uid, nobody.gid);
  const { said } = await embeddedProcess(dataDir, nobody);
  expect(said.refused).toBeUndefined();
  expect(await query(said.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(await readFile(`/proc/${said.pid}/status`, 'utf8')).toContain('Uid:\t65534');
});

test('a plain user is refused a folder that is closed to him, in a sentence', async ({ skip }) => {
  if (!isRoot) return void skip('only root can start a server as somebody else');
  const { said } = await embeddedProcess(join(await testFolder(), 'data'), { uid: 65534, gid: 65534 });
  expect(said.refused).toContain('this account may not write there');
});

test('root may keep the data folder where nobody else can go: the database is put where PostgreSQL can [DB2]', async ({
  skip,
}) => {
  if (!isRoot) return void skip('a plain user runs PostgreSQL himself, and can go where he can go');
  const home = await testFolder();
  await chmod(home, 0o700);
  const dataDir = join(home, 'data');
  const first = await start(dataDir);
  const target = await readlink(join(dataDir, 'postgres'));
  onTestFinished(async () => {
    await rm(join(target, '..'), { recursive: true });
    await rmdir('/var/lib/whoosh').catch(() => {}); // Not empty: somebody uses it.
  });
  expect(target).toMatch(/^\/var\/lib\/whoosh\/data-\w+\/postgres$/);
  await query(first.url, 'create table thing (a int)');
  await first.stop();
  const second = await start(dataDir);
  expect(await query(second.url, 'select * from thing')).toEqual([]);
});
