import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/lib/log.ts';
import { startServer } from '../../src/main.ts';
import { emptyDatabase, testDatabase } from '../support/database.ts';
import { SERVE, serveProcess } from '../support/serve-process.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

/** Kysely's, under which one replica at a time migrates. */
const MIGRATION_LOCK = '3853314791062309107';

/** Each starts a program or two, on a machine that does much else. */
const PATIENCE = { timeoutMs: 60_000 };
vi.setConfig({ testTimeout: 120_000 });
const onDatabase = async () => ({ DATABASE_URL: (await testDatabase()).url });

/** Processes whose command line or folder is below the data folder: PostgreSQL, agents, the server itself. */
const processesIn = (dataDir: string): string[] =>
  globSync('/proc/[0-9]*/cmdline').flatMap((file) => {
    try {
      const line = readFileSync(file, 'utf8').replaceAll('\0', ' ');
      return line.includes(dataDir) ? [line] : [];
    } catch {
      return []; // It has ended meanwhile.
    }
  });

test.for(['SIGTERM', 'SIGINT'] as const)(
  'on %s a server with its own PostgreSQL and runner ends by itself with 0 and leaves nothing running [S9]',
  async (signal) => {
    const server = await serveProcess({ WHOOSH_LOCAL_RUNNER: 'on' });
    await until(() => server.output().includes('WHOOSH is ready'), PATIENCE);
    expect(processesIn(server.dataDir)).not.toEqual([]);
    server.child.kill(signal);
    expect(await server.ended).toEqual([0, null]);
    expect(server.output()).toContain('stopped');
    expect(processesIn(server.dataDir)).toEqual([]);
    expect(server.isReady()).toBe(false);
    const left = readdirSync(server.dataDir, { recursive: true }).map(String);
    expect(left.filter((file) => /\.pid$|\.lock$|\.new$|\.s\.PGSQL/.test(file))).toEqual([]);
  },
);

test('what is started to outlive its terminal, as by nohup, does not hear that it was closed', async () => {
  const server = await serveProcess(await onDatabase(), ['nohup', ...SERVE]);
  // Later than the file: a signal between the two ends the start, in other words.
  await until(() => server.output().includes('WHOOSH is ready'), PATIENCE);
  server.child.kill('SIGHUP');
  // Heard in this order; as one key press, would both count.
  server.child.kill('SIGTERM');
  expect(await server.ended).toEqual([0, null]);
  expect(server.output()).toContain('SIGTERM: stopping');
});

test('a server whose terminal is closed hands over and ends', async () => {
  const server = await serveProcess(await onDatabase(), ['script', '-qfec', `exec ${SERVE.join(' ')}`, '/dev/null']);
  await until(server.isReady, PATIENCE);
  server.child.kill('SIGKILL');
  // Taken back in an orderly end only.
  await until(() => !server.isReady(), PATIENCE);
});

test('a server whose output nobody reads any more serves on, and drains when it is told to', async () => {
  const server = await serveProcess(await onDatabase());
  const url = await server.url(PATIENCE);
  server.child.stdout!.destroy();
  server.child.stderr!.destroy();
  server.child.kill('SIGTERM');
  expect(await server.ended).toEqual([0, null]);
  // It did not end at its first line: the address is taken back only when all is handed over.
  expect(server.isReady()).toBe(false);
  await expect(fetch(url)).rejects.toThrow();
});

test('SIGTERM before it has started ends the wait for PostgreSQL, with 0 [S9]', async () => {
  const server = await serveProcess({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/x' });
  await until(() => server.output().includes('Waiting for PostgreSQL'), PATIENCE);
  server.child.kill('SIGTERM');
  expect(await server.ended).toEqual([0, null]);
  expect(server.output()).toContain('stopped before it had started');
});

test('a second signal does not wait for a start that is held up', async () => {
  const { url } = await emptyDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
  const server = await serveProcess({ DATABASE_URL: url });
  const waiting = `select from pg_locks where locktype = 'advisory' and not granted`;
  await until(async () => (await client.query(waiting)).rowCount, PATIENCE);
  server.child.kill('SIGTERM');
  await until(() => server.output().includes('ending the start'));
  // Not the same key press any more: half a second later.
  await until(
    () => {
      server.child.kill('SIGTERM');
      return server.child.exitCode !== null;
    },
    { everyMs: 600 },
  );
  expect(await server.ended).toEqual([128 + 15, null]);
});

test('SIGTERM while PostgreSQL is away ends it soon, with 0 [S9]', async () => {
  const proxy = await tcpProxy((await testDatabase()).url);
  const server = await serveProcess({ DATABASE_URL: proxy.url });
  await until(server.isReady, PATIENCE);
  proxy.down();
  server.child.kill('SIGTERM');
  expect(await server.ended).toEqual([0, null]);
});

test.skipIf(process.getuid?.() !== 0)('as PID 1 it hears SIGTERM (only root can try) [S9]', async () => {
  const server = await serveProcess(await onDatabase(), ['unshare', '--pid', '--fork', '--kill-child', ...SERVE]);
  await until(server.isReady, PATIENCE);
  const first = execFileSync('ps', ['-o', 'pid=', '--ppid', String(server.child.pid)], { encoding: 'utf8' });
  process.kill(Number(first), 'SIGTERM');
  expect(await server.ended).toEqual([0, null]);
  expect(server.isReady()).toBe(false);
});

test(
  'a step that fails is told by its name, and what had started before it is ended [S8]',
  async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { port: number };
    const server = await serveProcess({ WHOOSH_PORT: String(port), WHOOSH_LOCAL_RUNNER: 'on' });
    expect(await server.ended).toEqual([1, null]);
    expect(server.output()).toContain('listening initialization failed: listen EADDRINUSE');
    expect(processesIn(server.dataDir)).toEqual([]);
  },
  PATIENCE.timeoutMs,
);

/** What keeps this process alive, without what it had before. */
function openResources(before: string[]): string[] {
  const left = process.getActiveResourcesInfo();
  for (const one of before) left.splice(left.indexOf(one), left.includes(one) ? 1 : 0);
  return left.filter((one) => /Timeout|Immediate|TCP|Pipe|Process|FSReq/.test(one));
}

test('a replica that was stopped leaves no socket, timer or child in its process; nor does a start that failed [S9] [S14]', async () => {
  const { url: DATABASE_URL } = await testDatabase();
  const start = async (port: string) => {
    const place = { WHOOSH_DATA_DIR: await testFolder(), WHOOSH_PORT: port, WHOOSH_LOCAL_RUNNER: 'off' };
    return startServer(readConfig({ DATABASE_URL, ...place }), createLog('silent', false));
  };
  // The first loads what stays for ever, such as a thread for passwords.
  await (await start('0')).stop({ atOnce: true });
  const before = process.getActiveResourcesInfo();
  const server = await start('0');
  await expect(start(new URL(server.url).port)).rejects.toThrow('listening initialization failed');
  expect(openResources(before)).not.toEqual([]);
  await server.stop();
  await until(() => openResources(before).length === 0 || undefined, { timeoutMs: 15_000 }).catch(() => {});
  expect(openResources(before)).toEqual([]);
});
