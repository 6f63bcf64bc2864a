import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { Wish } from '../../test/support/fleet-project.ts';
import { refusalOf } from '../../test/support/refusal-of.ts';
import type { JsonValue } from '../lib/schema.ts';
import { cancelTask } from './cancel.ts';
import { completeAttempt } from './complete.ts';
import { continueTask } from './continue.ts';
import { failAttempt } from './fail.ts';

const fleet = await testFleet();
const { db, desk } = fleet;

async function scene(wish: Wish = {}) {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task({ title: 'Mend it', prompt: 'Mend the test.', ...wish });
  const held = async () => ({ ...(await agent.begin()), holder_id: agent.holder_id, actor: 'agent:x' });
  const go = async (prompt = 'And now the docs.', title?: string) => {
    const wanted = { prompt, ...(title !== undefined && { title }) };
    const { ids } = await continueTask(desk, await project.read(id), wanted, {
      actor: 'key:me',
      idempotency_key: null,
    });
    return project.read(ids[0]!);
  };
  return { project, agent, id, held, go };
}
const SESSION = { id: 's-1', cwd: '/srv/x' };

test('a task is continued by the same agent, in the same workspace, with the session that was left', async () => {
  const workspace = { kind: 'directory' as const, path: '/srv' };
  const { agent, id, held, go } = await scene({ workspace, labels: { team: 'a' }, priority: 7, max_attempts: 2 });
  const { task_id, epoch, holder_id, actor } = await held();
  await completeAttempt(desk, { task_id, epoch, holder_id, actor, result: 'Mended.', session: SESSION });
  const next = await go();
  expect(next).toMatchObject({
    title: 'And now the docs.',
    prompt: 'And now the docs.',
    continues: id,
    needs: { agent: agent.id, runner: agent.runner_id },
    workspace,
    labels: { team: 'a' },
    priority: 7,
    max_attempts: 2,
    call: null,
    state: 'queued',
  });
  const grant = await agent.claim();
  expect(grant).toMatchObject({ task_id: next.id, continues: { task_id: id, session: SESSION } });
  expect(grant.continues?.summary).toBe('Mend it\n\nMend the test.\n\nOutcome: succeeded\n\n"Mended."');
});

test('a task that failed, or was taken from its holder, is continued too', async () => {
  const { agent, id, held, go } = await scene();
  const { task_id, epoch, holder_id, actor } = await held();
  const error = { code: 'exit_1', message: 'It broke.' };
  await failAttempt(desk, { task_id, epoch, holder_id, actor, error, retryable: false, session: SESSION });
  await go('Try again.', 'Again');
  const grant = await agent.claim();
  expect(grant).toMatchObject({ title: 'Again', continues: { task_id: id, session: SESSION } });
  expect(grant.continues?.summary).toContain('Outcome: failed\n\nIt broke.');
});

test('what never ran is continued by whoever fits, without a session', async () => {
  const { project, agent, id, go } = await scene();
  await cancelTask(desk, await project.read(id), 'key:me');
  expect((await go()).needs).toEqual({ capabilities: [], labels: [], slots: 1 });
  expect(await agent.claim()).toMatchObject({ continues: { task_id: id, session: null } });
});

test('an agent that is gone is not waited for', async () => {
  const { agent, held, go } = await scene();
  const { task_id, epoch, holder_id, actor } = await held();
  await completeAttempt(desk, { task_id, epoch, holder_id, actor });
  await db.query('update agents set removed_at = now() where id = $1', [agent.id]);
  expect((await go()).needs).toEqual({ capabilities: [], labels: [], slots: 1 });
});

test.each<[what: string, result: JsonValue, said: string]>([
  ['the text', 'Four.', 'Four.'],
  ['an answer with its text', { text: 'Four.', tool_calls: [] }, 'Four.'],
  ['JSON', { four: 4 }, '{"four":4}'],
])('a call of a model goes on with the conversation so far, whose last word is %s', async (_, result, said) => {
  const call = { system: 'Be brief.', messages: [{ role: 'user' as const, content: 'Hello' }], repairs: 0 };
  const { project, id, go } = await scene({ call, prompt: '2 + 2?' });
  // As a model server would have answered: its attempts are held by replicas.
  await db.query('delete from live_tasks where id = $1', [id]);
  await db.query(
    `insert into outcomes (task_id, project_id, state, epoch, result) values ($1, $2, 'succeeded', 1, $3)`,
    [id, project.id, JSON.stringify(result)],
  );
  await db.query(
    `insert into attempts (task_id, epoch, project_id, agent_id, holder_id, token_hash, claimed_at, ended_at, outcome)
    values ($1, 1, $2, $3, $3, '', now(), now(), 'succeeded')`,
    [id, project.id, randomUUID()],
  );
  await db.query(`insert into events (project_id, task_id, type, actor) values ($1, $2, 'task.succeeded', 'test')`, [
    project.id,
    id,
  ]);
  const next = await go('And 3 + 3?');
  expect(next.call).toEqual({
    ...call,
    messages: [...call.messages, { role: 'user', content: '2 + 2?' }, { role: 'assistant', content: said }],
  });
  expect(next).toMatchObject({ prompt: 'And 3 + 3?', needs: { capabilities: [], labels: [], slots: 1 } });
});

test('what has not ended cannot be continued, neither by the verb nor by a submit that says so', async () => {
  const { project, id, go } = await scene();
  expect((await refusalOf(go())).code).toBe('invalid_state');
  const other = await fleet.project();
  for (const continues of [id, randomUUID()]) {
    const refused = await refusalOf(project.task({ continues }));
    expect([refused.code, refused.extras.errors?.[0]?.path]).toEqual(['invalid_request', 'continues']);
  }
  await cancelTask(desk, await project.read(id), 'key:me');
  expect((await refusalOf(other.task({ continues: id }))).code).toBe('invalid_request');
  expect((await project.read(await project.task({ continues: id }))).continues).toBe(id);
});

test('a session over 16 KiB is refused by name, and the attempt goes on', async () => {
  const { project, id, held } = await scene();
  const { task_id, epoch, holder_id, actor } = await held();
  const report = { task_id, epoch, holder_id, actor };
  const refused = await refusalOf(completeAttempt(desk, { ...report, session: 'x'.repeat(16_383) }));
  expect([refused.code, refused.extras.errors?.[0]?.path]).toEqual(['invalid_request', 'session']);
  expect(await project.read(id)).toMatchObject({ state: 'running' });
  await completeAttempt(desk, { ...report, session: 'x'.repeat(16_382) });
  expect(await project.read(id)).toMatchObject({ state: 'succeeded' });
});
