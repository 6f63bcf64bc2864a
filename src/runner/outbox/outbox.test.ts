import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Answer, problem, type Seen, scriptedServer } from '../../../test/support/scripted-server.ts';
import { until } from '../../../test/support/until.ts';
import { createLog } from '../../lib/log.ts';
import { runnerApi } from '../api.ts';
import type { Delivery, OutboxEntry } from './deliver.ts';
import { Outbox } from './outbox.ts';

const log = createLog('silent', false);

async function setUp(answer: (seen: Seen) => Answer) {
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-outbox-'));
  const server = await scriptedServer(answer);
  const settled: Delivery[] = [];
  const open = () => {
    const api = runnerApi(server.url, () => 'whr_1');
    const outbox = new Outbox({ folder, api, log, onSettled: async (_ref, delivery) => void settled.push(delivery) });
    onTestFinished(() => outbox.close());
    return outbox;
  };
  onTestFinished(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const files = () => readdir(join(folder, 'outbox')).catch(() => []);
  const paths = () => server.seen.map(({ method, path }) => `${method} ${path.replace(/.*\/attempts\/\d+/, '')}`);
  return { folder, server, settled, open, files, paths };
}

const entry = (more: Partial<OutboxEntry> = {}): OutboxEntry => ({
  task_id: randomUUID(),
  epoch: 2,
  report: { verb: 'complete', body: { holder_id: randomUUID(), result: { answer: 42 }, usage: { exit_code: 0 } } },
  log: [],
  artifacts: [],
  ...more,
});

const taken = (): Answer => ({ status: 200, body: { state: 'succeeded', duplicate: false } });

test('log, artifacts and then the report are delivered, and nothing stays on disk', async () => {
  const { folder, server, open, files, paths, settled } = await setUp(taken);
  const path = join(folder, 'a b.patch');
  await writeFile(path, 'the patch');
  const one = entry({
    log: [{ seq: 7, stream: 'stdout', text: 'last words' }],
    artifacts: [{ name: 'a b.patch', path, type: 'text/plain' }],
  });
  expect(await open().add(one)).toBe('delivered');
  expect(paths()).toEqual(['POST /log', 'PUT /artifacts/a%20b.patch', 'POST /complete']);
  expect(server.seen.map(({ body }) => body)).toEqual([
    JSON.stringify({ holder_id: one.report.body.holder_id, entries: one.log }),
    'the patch',
    JSON.stringify(one.report.body),
  ]);
  expect(server.seen[0]).toMatchObject({ authorization: 'Bearer whr_1' });
  expect(settled).toEqual(['delivered']);
  expect(await files()).toEqual([]);
});

test('a report is on disk, for its owner only, before it is sent [R8]', async () => {
  const { folder, open, files, server } = await setUp(() => ({ status: 0 }));
  const one = entry();
  open()
    .add(one)
    .catch(() => {});
  await until(() => server.seen.length > 0);
  const [name = ''] = await files();
  const path = join(folder, 'outbox', name);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(one);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a report survives an outage of the server [R8]', async () => {
  const { open, server, settled } = await setUp(taken);
  await server.stop();
  const outbox = open();
  const adding = outbox.add(entry());
  await until(() => outbox.size === 1);
  await server.start();
  expect(await adding).toBe('delivered');
  expect(settled).toEqual(['delivered']);
});

test('a report survives the end of the runner: the next start delivers it with the holder that it was given [R8]', async () => {
  let away = true;
  const { open, server, files } = await setUp(() => (away ? problem(503, 'unavailable') : taken()));
  const one = entry();
  const first = open();
  const adding = first.add(one).catch((error) => error.message);
  await until(() => server.seen.length > 0);
  await first.close();
  expect(await adding).toBe('The outbox is closed');
  expect(await files()).toHaveLength(1);
  away = false;
  await open().flushStored();
  expect(JSON.parse(server.seen.at(-1)!.body)).toEqual(one.report.body);
  expect(await files()).toEqual([]);
});

test.each([
  ['the lease is lost', problem(409, 'lease_lost')],
  ['another outcome was reported', problem(409, 'outcome_conflict')],
  ['the task is gone', problem(404, 'not_found')],
])('a report is dropped when %s', async (_why, answer) => {
  const { open, files, settled } = await setUp(() => answer);
  expect(await open().add(entry())).toBe('dropped');
  expect(settled).toEqual(['dropped']);
  expect(await files()).toEqual([]);
});

test('a report whose first answer was lost is delivered, although its log is refused by then', async () => {
  const { open } = await setUp(({ path }) => (path.endsWith('/log') ? problem(409, 'lease_lost') : taken()));
  const log = [{ seq: 0, stream: 'stdout', text: 'x' } as const];
  expect(await open().add(entry({ log }))).toBe('delivered');
});

test('a result that the server will never take becomes a failure that says why', async () => {
  const { open, server } = await setUp(({ path }) =>
    path.endsWith('/complete') ? problem(413, 'body_too_large') : taken(),
  );
  const one = entry();
  expect(await open().add(one)).toBe('delivered');
  expect(JSON.parse(server.seen.at(-1)!.body)).toEqual({
    holder_id: one.report.body.holder_id,
    error: { code: 'report_refused', message: 'The server did not take the result: it is body_too_large' },
    retryable: false,
  });
});

test('an artifact that is refused or gone does not hold up the report', async () => {
  const { folder, open, paths } = await setUp(({ path }) =>
    path.endsWith('/large') ? problem(413, 'body_too_large') : taken(),
  );
  await writeFile(join(folder, 'large'), 'x');
  const artifacts = ['gone', 'large'].map((name) => ({ name, path: join(folder, name), type: 'text/plain' }));
  expect(await open().add(entry({ artifacts }))).toBe('delivered');
  expect(paths()).toEqual(['PUT /artifacts/large', 'POST /complete']);
});

test('a defect of the server delays a report, and does not keep the runner from starting', async () => {
  let broken = true;
  const { open, files, settled } = await setUp(() => (broken ? problem(500, 'internal') : taken()));
  const first = open();
  first.add(entry()).catch(() => {});
  await until(async () => (await files()).length === 1);
  await first.close();
  const second = open();
  await second.flushStored();
  expect(second.size).toBe(1);
  broken = false;
  await until(() => settled.length === 1, { timeoutMs: 20_000 });
  expect(await files()).toEqual([]);
});

test('with a disk that takes nothing a report is kept in memory and delivered all the same', async () => {
  const { folder, open, server, settled } = await setUp(taken);
  // A file where the folder should be: nothing can be written below it, as on a full disk.
  await writeFile(join(folder, 'outbox'), '');
  await server.stop();
  const outbox = open();
  const adding = outbox.add(entry());
  await until(() => outbox.size === 1);
  await server.start();
  expect(await adding).toBe('delivered');
  expect(settled).toEqual(['delivered']);
});

test('a report that somebody damaged is put aside', async () => {
  const { folder, open, files } = await setUp(taken);
  await mkdir(join(folder, 'outbox'));
  await writeFile(join(folder, 'outbox', 'x.json'), '{');
  await open().flushStored();
  expect(await files()).toEqual(['x.json.damaged']);
});
