import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestAgent } from '../../test/support/fleet-agent.ts';
import { answerOf } from '../../test/support/refusal.ts';
import type { AttemptRef } from './attempt-schema.ts';
import { listArtifacts, readArtifactBytes } from './read-artifacts.ts';
import { reapTasks } from './reap.ts';
import { storeArtifact } from './store-artifact.ts';

const fleet = await testFleet();
const { db, desk } = fleet;
const MIB = 2 ** 20;

async function given() {
  const project = await fleet.project();
  const agent = await project.agent();
  await project.task();
  return { project, agent, grant: await agent.begin() };
}

async function* stream(...parts: Buffer[]): AsyncGenerator<Buffer> {
  yield* parts;
}

const store = (by: TestAgent | null, ref: AttemptRef, body: AsyncIterable<Buffer>, name = 'out.txt') =>
  storeArtifact(
    db,
    { task_id: ref.task_id, epoch: ref.epoch, runner_id: by?.runner_id ?? null, name, content_type: 'text/plain' },
    body,
  );

async function bytesOf(id: string): Promise<Buffer[]> {
  return Array.fromAsync(readArtifactBytes(db, id));
}

/** Rows of chunks that belong to no artifact, and those in all. */
const chunkRows = async () => {
  const [row] = await db.query<{ lost: number; all: number }>(
    `select count(*) filter (where a.id is null)::int as lost, count(*)::int as all
     from artifact_chunks c left join artifacts a on a.id = c.artifact_id`,
  );
  return row!;
};

test('an artifact is stored as it streams in, and read back byte for byte', async () => {
  const { agent, grant } = await given();
  const parts = ['hello ', 'world\0', '\xff'].map((text) => Buffer.from(text, 'latin1'));
  const stored = await store(agent, grant, stream(...parts));
  expect(stored).toEqual({
    id: expect.any(String),
    task_id: grant.task_id,
    epoch: 1,
    name: 'out.txt',
    content_type: 'text/plain',
    size_bytes: 13,
    sha256: createHash('sha256').update(Buffer.concat(parts)).digest('hex'),
    created_at: expect.any(String),
  });
  expect(Buffer.concat(await bytesOf(stored.id))).toEqual(Buffer.concat(parts));
  expect(await listArtifacts(db, grant.task_id)).toEqual([stored]);
});

test('small parts are gathered to chunks of 1 MiB', async () => {
  const { agent, grant } = await given();
  const parts = Array.from({ length: 40 }, (_, at) => Buffer.alloc(65_536, at));
  const { id, size_bytes } = await store(agent, grant, stream(...parts));
  expect(size_bytes).toBe(2.5 * MIB);
  expect((await bytesOf(id)).map(({ length }) => length)).toEqual([MIB, MIB, MIB / 2]);
});

test('an empty file is an artifact too', async () => {
  const { agent, grant } = await given();
  const { id, size_bytes } = await store(agent, grant, stream());
  expect(size_bytes).toBe(0);
  expect(await bytesOf(id)).toEqual([]);
});

test('one of the same name is replaced with all its bytes, one of another attempt is not', async () => {
  const { agent, grant } = await given();
  await store(agent, grant, stream(Buffer.from('first')));
  const second = await store(agent, grant, stream(Buffer.from('second')));
  expect(await listArtifacts(db, grant.task_id)).toEqual([second]);
  await agent.release(grant);
  const again = await agent.begin();
  const third = await store(agent, again, stream(Buffer.from('third')));
  expect(await listArtifacts(db, grant.task_id)).toEqual([second, third]);
  expect((await chunkRows()).lost).toBe(0);
});

test('uploads of one name at once leave one whole artifact', async () => {
  const { agent, grant } = await given();
  await Promise.all(Array.from({ length: 6 }, (_, at) => store(agent, grant, stream(Buffer.from(`by ${at}`)))));
  const artifacts = await listArtifacts(db, grant.task_id);
  expect(artifacts).toHaveLength(1);
  expect(String(Buffer.concat(await bytesOf(artifacts[0]!.id)))).toMatch(/^by [0-5]$/);
  expect((await chunkRows()).lost).toBe(0);
});

test('over 100 MiB it is refused while it streams, and nothing of it stays [T12]', async () => {
  const { agent, grant } = await given();
  const before = await chunkRows();
  let sent = 0;
  const endless = (async function* () {
    for (const part = Buffer.alloc(MIB); ; sent++) yield part;
  })();
  expect(await answerOf(store(agent, grant, endless))).toEqual({ code: 'body_too_large' });
  expect(sent).toBe(100);
  expect(await chunkRows()).toEqual(before);
});

test('of an upload that breaks off nothing stays', async () => {
  const { agent, grant } = await given();
  const before = await chunkRows();
  const broken = (async function* () {
    yield Buffer.alloc(3 * MIB);
    throw new Error('connection reset');
  })();
  await expect(store(agent, grant, broken)).rejects.toThrow('connection reset');
  expect(await chunkRows()).toEqual(before);
  expect(await listArtifacts(db, grant.task_id)).toEqual([]);
});

test('when the lease is lost during the upload it is refused with lease_lost, and nothing of it stays [I3]', async () => {
  const { agent, grant } = await given();
  const before = await chunkRows();
  const slow = (async function* () {
    yield Buffer.alloc(2 * MIB);
    await fleet.change(grant.task_id, "lease_expires_at = now() - interval '1 day'");
    await reapTasks(db, desk.context.config, { pull: true, push: true });
    yield Buffer.alloc(10);
  })();
  expect(await answerOf(store(agent, grant, slow))).toEqual({ code: 'lease_lost' });
  expect(await chunkRows()).toEqual(before);
});

test('an attempt that is over stores nothing, and not a byte is taken from it', async () => {
  const { agent, grant } = await given();
  await agent.complete(grant);
  let asked = false;
  const body = (async function* () {
    asked = true;
    yield Buffer.alloc(1);
  })();
  expect(await answerOf(store(agent, grant, body))).toEqual({ code: 'lease_lost' });
  expect(asked).toBe(false);
});

test('an attempt that lost its lease leaves nothing, though its runner holds the next one [I3]', async () => {
  const { agent, grant } = await given();
  await agent.release(grant);
  await agent.begin();
  expect(await answerOf(store(agent, grant, stream(Buffer.from('x'))))).toEqual({ code: 'lease_lost' });
  expect(await listArtifacts(db, grant.task_id)).toEqual([]);
});

test('a runner that does not hold the attempt stores nothing; the attempt’s own token may [I3]', async () => {
  const { project, grant } = await given();
  const other = await project.agent();
  expect(await answerOf(store(other, grant, stream(Buffer.from('x'))))).toEqual({ code: 'lease_lost' });
  expect(await store(null, grant, stream(Buffer.from('x')))).toMatchObject({ size_bytes: 1 });
});

test('an attempt keeps 200 artifacts of 1 GiB in all; one more is refused with artifacts_full, replacing one is not', async () => {
  const { agent, grant } = await given();
  await store(agent, grant, stream(Buffer.from('first')));
  const fill = 'update artifacts set size_bytes = $2 where task_id = $1';
  await db.query(fill, [grant.task_id, 2 ** 30 - 4]);
  expect(await answerOf(store(agent, grant, stream(Buffer.from('five!')), 'other.txt'))).toMatchObject({
    code: 'artifacts_full',
  });
  expect(await store(agent, grant, stream(Buffer.from('five!')))).toMatchObject({ size_bytes: 5 });
  for (let n = 1; n < 200; n++) await store(agent, grant, stream(), `${n}.txt`);
  expect(await answerOf(store(agent, grant, stream(), '200.txt'))).toMatchObject({ code: 'artifacts_full' });
  expect((await chunkRows()).lost).toBe(0);
});
