import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Answer, problem, type Seen, scriptedServer } from '../../test/support/scripted-server.ts';
import { runnerApi } from './api.ts';
import { obtainCredential, rotateIfOld } from './credentials.ts';

const DAY_MS = 86_400_000;

async function setUp(answer: (seen: Seen) => Answer = () => enrolled) {
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-credential-'));
  const server = await scriptedServer(answer);
  onTestFinished(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const file = join(folder, 'credential.json');
  const obtain = (more = {}) => obtainCredential({ server: server.url, folder, ...more });
  const stored = async () => JSON.parse(await readFile(file, 'utf8'));
  return { folder, server, file, obtain, stored };
}

const enrolled = { status: 201, body: { runner_id: 'r1', credential: 'whr_r1_secret' } };

test('a runner enrols with its token once; the credential is kept for its owner only [R2]', async () => {
  const { server, file, obtain, stored } = await setUp();
  const first = await obtain({ token: 'whe_1', name: 'desk' });
  expect(first).toMatchObject({ server: server.url, runner_id: 'r1', name: 'desk', credential: 'whr_r1_secret' });
  expect(server.seen).toMatchObject([{ method: 'POST', path: '/api/v1/runners/enrol' }]);
  expect(JSON.parse(server.seen[0]!.body)).toEqual({ token: 'whe_1', name: 'desk' });
  expect(await stored()).toEqual(first);
  expect(JSON.stringify(await stored())).not.toContain('whe_1');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await chmod(file, 0o644);
  expect(await obtain({ token: 'whe_1' })).toEqual(first);
  expect(await obtain()).toEqual(first);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(server.seen).toHaveLength(1);
});

test('a new token enrols anew', async () => {
  const { server, obtain } = await setUp();
  await obtain({ token: 'whe_1' });
  await obtain({ token: 'whe_2' });
  expect(server.seen).toHaveLength(2);
});

test('a server that is away at the first start is waited for', async () => {
  let tries = 0;
  const { obtain } = await setUp(() => (++tries < 3 ? problem(503, 'unavailable') : enrolled));
  expect(await obtain({ token: 'whe_1' })).toMatchObject({ runner_id: 'r1' });
});

test('what is missing or wrong is said with what to do about it', async () => {
  const { folder, file, obtain } = await setUp(() => problem(410, 'enrolment_used'));
  await expect(obtain()).rejects.toThrow('give an enrolment token');
  await expect(obtain({ token: 'whe_used' })).rejects.toThrow('it is enrolment_used');
  await writeFile(file, '{"server":');
  await expect(obtain()).rejects.toThrow('is damaged: delete it and enrol again');
  await writeFile(
    file,
    JSON.stringify({
      server: 'http://other',
      runner_id: 'r',
      name: 'n',
      credential: 'c',
      issued_at: '',
      enrolled_with: '',
    }),
  );
  await expect(obtain()).rejects.toThrow('is for http://other, not for');
  expect(folder).toBeTruthy();
});

test('a credential is renewed when it is older than 30 days, and the new one is on disk before it is used [R2]', async () => {
  const renewed = { status: 200, body: { runner_id: 'r1', credential: 'whr_r1_new' } };
  const { folder, server, obtain, stored } = await setUp(({ path }) => (path.endsWith('/rotate') ? renewed : enrolled));
  const young = await obtain({ token: 'whe_1' });
  const api = runnerApi(server.url, () => young.credential);
  expect(await rotateIfOld(folder, young, api)).toBe(young);
  const old = { ...young, issued_at: new Date(Date.now() - 31 * DAY_MS).toISOString() };
  const now = await rotateIfOld(folder, old, api);
  expect(now).toMatchObject({ ...young, credential: 'whr_r1_new', issued_at: expect.any(String) });
  expect(await stored()).toEqual(now);
  expect(server.seen.at(-1)).toMatchObject({ authorization: 'Bearer whr_r1_secret' });
});

test('a renewal that fails leaves the credential as it was', async () => {
  const { folder, server, obtain, stored } = await setUp(({ path }) =>
    path.endsWith('/rotate') ? problem(500, 'internal') : enrolled,
  );
  const young = await obtain({ token: 'whe_1' });
  const old = { ...young, issued_at: '2020-01-01T00:00:00Z' };
  await expect(
    rotateIfOld(
      folder,
      old,
      runnerApi(server.url, () => 'whr_1'),
    ),
  ).rejects.toMatchObject({ status: 500 });
  expect(await stored()).toEqual(young);
});
