import { expect, test, vi } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestAgent } from '../../test/support/fleet-agent.ts';
import { answerOf } from '../../test/support/refusal.ts';
import { appendLog } from './append-log.ts';
import { appendLogs } from './append-logs.ts';
import type { AttemptRef } from './attempt-schema.ts';
import { readLog } from './read-log.ts';
import { reapTasks } from './reap.ts';

const fleet = await testFleet();
const { db, desk } = fleet;

async function given() {
  const project = await fleet.project();
  const agent = await project.agent();
  await project.task();
  return { project, agent, grant: await agent.begin() };
}

type Line = [seq: number, text: string, stream?: 'stdout' | 'stderr' | 'system'];
const append = ({ holder_id }: TestAgent, { task_id, epoch }: AttemptRef, ...lines: Line[]) =>
  appendLog(
    desk,
    { task_id, epoch, holder_id },
    lines.map(([seq, text, stream = 'stdout']) => ({ seq, text, stream })),
  );
const logOf = async ({ task_id }: AttemptRef, after = { epoch: 0, seq: 0 }) =>
  (await readLog(db, task_id, after, 1000)).map(({ epoch, seq, stream, text }) => `${epoch}/${seq} ${stream}: ${text}`);

/** As if the attempt had logged `bytes` before. */
const fill = ({ task_id }: AttemptRef, bytes: number) =>
  db.query('update attempts set log_bytes = $2 where task_id = $1', [task_id, bytes]);
const LIMIT = 10_485_760;
/** What an entry counts beside its text. */
const ENTRY = 32;
const MARKER = '1/2000000001 system: The log is over 10 MiB; the rest was dropped.';

test('a log is read back in its order, all streams together, from any place on', async () => {
  const { agent, grant } = await given();
  await append(agent, grant, [1, 'one\n'], [2, 'oops\n', 'stderr']);
  await append(agent, grant, [3, 'ünï\u{1F600}\n', 'system']);
  const all = ['1/1 stdout: one\n', '1/2 stderr: oops\n', '1/3 system: ünï\u{1F600}\n'];
  expect(await logOf(grant)).toEqual(all);
  expect(await logOf(grant, { epoch: 1, seq: 2 })).toEqual(all.slice(2));
});

test('the logs of all attempts follow one another', async () => {
  const { agent, grant } = await given();
  await append(agent, grant, [5, 'first']);
  await agent.release(grant);
  const second = await agent.begin();
  await append(agent, second, [1, 'second']);
  expect(await logOf(grant)).toEqual(['1/5 stdout: first', '2/1 stdout: second']);
});

test('a repeated chunk changes nothing, also when it overlaps the next one or says something else [G7]', async () => {
  const { agent, grant } = await given();
  await append(agent, grant, [1, 'one'], [2, 'two']);
  await append(agent, grant, [1, 'one'], [2, 'two']);
  await append(agent, grant, [2, 'other'], [3, 'three']);
  expect(await logOf(grant)).toEqual(['1/1 stdout: one', '1/2 stdout: two', '1/3 stdout: three']);
});

test('an entry over 16 KiB is refused with log_line_too_large, and nothing of its chunk is kept', async () => {
  const { agent, grant } = await given();
  await append(agent, grant, [1, 'x'.repeat(16_384)]);
  expect(await answerOf(append(agent, grant, [2, 'fits'], [3, 'é'.repeat(8193)]))).toEqual({
    code: 'log_line_too_large',
  });
  expect(await logOf(grant)).toHaveLength(1);
});

test('over 10 MiB an attempt the log ends with a marker, once, and the rest is dropped [T12]', async () => {
  const { agent, grant } = await given();
  await fill(grant, LIMIT - 4 - ENTRY);
  await append(agent, grant, [1, 'four']);
  await append(agent, grant, [2, 'x']);
  await append(agent, grant, [3, 'y']);
  expect(await logOf(grant)).toEqual(['1/1 stdout: four', MARKER]);
});

test('a chunk that is repeated at the limit counts once', async () => {
  const { agent, grant } = await given();
  await fill(grant, LIMIT - 8 - 2 * ENTRY);
  for (let times = 3; times > 0; times--) await append(agent, grant, [1, 'four']);
  await append(agent, grant, [1, 'four'], [2, 'more']);
  expect(await logOf(grant)).toEqual(['1/1 stdout: four', '1/2 stdout: more']);
});

test('each attempt has its own 10 MiB', async () => {
  const { agent, grant } = await given();
  await fill(grant, LIMIT + 1);
  await agent.release(grant);
  const second = await agent.begin();
  await append(agent, second, [1, 'second']);
  expect(await logOf(grant)).toEqual(['2/1 stdout: second']);
});

test('after the lease is lost nothing is appended: lease_lost with the current epoch [I3]', async () => {
  const { agent, grant } = await given();
  await fleet.change(grant.task_id, "lease_expires_at = now() - interval '1 day'");
  await append(agent, grant, [1, 'expired but not taken away']);
  await reapTasks(db, desk.context.config, { pull: true, push: true });
  const lost = { code: 'lease_lost', current_epoch: 2, state: 'queued' };
  expect(await answerOf(append(agent, grant, [2, 'late']))).toEqual(lost);
  expect(await logOf(grant)).toEqual(['1/1 stdout: expired but not taken away']);
});

test('an attempt that lost its lease writes nothing into the log of the next one, though both are of one holder [I3]', async () => {
  const { agent, grant } = await given();
  await agent.release(grant);
  await agent.begin();
  expect(await answerOf(append(agent, grant, [1, 'late']))).toMatchObject({ code: 'lease_lost' });
  expect(await logOf(grant)).toEqual([]);
});

test('after its report an attempt’s log is closed', async () => {
  const { agent, grant } = await given();
  await agent.complete(grant);
  expect(await answerOf(append(agent, grant, [1, 'late']))).toEqual({
    code: 'lease_lost',
    current_epoch: 1,
    state: 'succeeded',
  });
});

test('nobody but the holder appends [I3]', async () => {
  const { project, grant } = await given();
  const other = await project.agent();
  expect(await answerOf(append(other, grant, [1, 'mine']))).toEqual({ code: 'not_found' });
});

test('chunks that come at once, in any order, are all kept', async () => {
  const { agent, grant } = await given();
  const seqs = Array.from({ length: 40 }, (_, at) => 40 - at);
  await Promise.all(seqs.map((seq) => append(agent, grant, [seq, `line ${seq}`])));
  expect(await logOf(grant)).toEqual(seqs.toReversed().map((seq) => `1/${seq} stdout: line ${seq}`));
});

test('what many attempts log at once goes in one statement, and one that was lost costs the others nothing', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 4 });
  for (const title of ['one', 'two', 'three', 'lost']) await project.task({ title });
  const { grants } = await agent.poll();
  const lost = grants[3]!;
  await agent.release(lost);
  const statements = vi.spyOn(desk.context.db, 'query');
  // The first goes alone; what comes while it is under way is joined.
  const answers = await Promise.allSettled(
    [grants[0]!, ...grants].map((grant, at) => append(agent, grant, [at, grant.title])),
  );
  const appends = statements.mock.calls.filter(([, , options]) => options?.name === 'tasks-log-append');
  statements.mockRestore();
  expect(appends).toHaveLength(2);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
  expect(await Promise.all(grants.map((grant) => logOf(grant, { epoch: 0, seq: -1 })))).toEqual([
    ['1/0 stdout: one', '1/1 stdout: one'],
    ['1/2 stdout: two'],
    ['1/3 stdout: three'],
    [],
  ]);
});

test('an attempt at its limit does not keep others from logging in the same statement', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 2 });
  for (const title of ['one', 'two']) await project.task({ title });
  const { grants } = await agent.poll();
  await fill(grants[0]!, LIMIT);
  const chunks = grants.map(({ task_id, epoch }) => {
    return { task_id, epoch, holder_id: agent.holder_id, entries: [{ seq: 1, stream: 'stdout' as const, text: 'x' }] };
  });
  expect(await appendLogs(db, chunks)).toEqual([true, true]);
  expect(await Promise.all(grants.map((grant) => logOf(grant)))).toEqual([[MARKER], ['1/1 stdout: x']]);
});
