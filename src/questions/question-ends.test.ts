import { describe, expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import { questionScene, YES_OR_NO } from '../../test/support/question-scene.ts';
import { refusalOf } from '../../test/support/refusal-of.ts';
import { reapTasks } from '../tasks/reap.ts';
import { answerQuestion } from './answer.ts';
import { askQuestion } from './ask.ts';
import { dismissQuestion } from './dismiss.ts';
import { expireQuestions } from './expire.ts';
import { listQuestions } from './list.ts';
import { readQuestion } from './read.ts';
import { askQuestion as askShape } from './schema.ts';

const fleet = await testFleet({ settings: { BACKOFF_BASE_MS: '0' } });
const { db, desk } = fleet;
const scene = () => questionScene(fleet);

describe('what nobody answers', () => {
  test('is answered by its default when its time has passed, else it expires [Q5]', async () => {
    const { ask, clock, events } = await scene();
    const [a, b, c] = [
      await ask({ ...YES_OR_NO, expires_in_ms: 1000, default_answer: { option: 'no' } }),
      await ask({ title: 'Which name?', expires_in_ms: 1000 }),
      await ask({ title: 'No hurry', expires_in_ms: 60_000 }),
    ];
    await db.query('update questions set expires_at = now() where id = any($1)', [[a.question.id, b.question.id]]);
    await expireQuestions(db);
    expect(await readQuestion(db, a.question.id)).toMatchObject({
      state: 'answered',
      answer: { option: 'no' },
      answered_by: 'default',
    });
    expect(await readQuestion(db, b.question.id)).toMatchObject({ state: 'expired', answer: null });
    expect(await readQuestion(db, c.question.id)).toMatchObject({ state: 'pending' });
    expect(await clock()).toMatchObject({ awaiting_since: expect.any(String) });
    expect((await events()).slice(3).map(({ type, actor }) => `${type} ${actor}`)).toEqual([
      'question.answered coordinator',
      'question.expired coordinator',
    ]);
    expect((await refusalOf(answerQuestion(db, b.question, { text: 'late' }, 'key:me'))).message).toContain(
      'expired at',
    );
  });

  test('is dismissed when its task has ended [I13]', async () => {
    const { ask, agent, grant } = await scene();
    const { question } = await ask();
    await agent.complete(grant);
    const refused = await refusalOf(answerQuestion(db, question, { option: 'yes' }, 'key:me'));
    expect(refused.message).toBe('The question was dismissed, since its task has ended.');
    expect(await readQuestion(db, question.id)).toMatchObject({ state: 'dismissed', answered_by: 'coordinator' });
    const other = await scene();
    const second = await other.ask();
    await other.agent.complete(other.grant);
    expect(await expireQuestions(db)).toBeGreaterThan(0);
    expect(await readQuestion(db, second.question.id)).toMatchObject({ state: 'dismissed', answer: null });
  });

  test('two replicas that close the same questions do it once', async () => {
    const { ask, events } = await scene();
    for (let n = 0; n < 10; n++) await ask({ title: `Q${n}`, expires_in_ms: 1000 });
    await db.query("update questions set expires_at = now() where state = 'pending'");
    const closed = await Promise.all([1, 2, 3].map(() => expireQuestions(db)));
    expect(closed.reduce((a, b) => a + b)).toBeGreaterThanOrEqual(10);
    expect((await events()).filter(({ type }) => type === 'question.expired')).toHaveLength(10);
  });
});

describe('the clock of the attempt', () => {
  const reap = () => reapTasks(db, desk.context.config, { pull: true, push: true });
  test('does not count the time in which it waited for answers', async () => {
    const project = await fleet.project();
    const agent = await project.agent();
    const task_id = await project.task({ attempt_timeout_ms: 1000, max_attempts: 1 });
    const grant = await agent.begin();
    const { question } = await askQuestion(db, { ...grant, project_id: project.id }, askShape.parse(YES_OR_NO));
    await fleet.change(
      task_id,
      "started_at = now() - interval '2 h', awaiting_since = now() - interval '119 min 59 s 900 ms'",
    );
    await reap();
    expect(await project.read(task_id)).toMatchObject({ state: 'running', awaiting_input: true });
    await answerQuestion(db, question, { option: 'yes' }, 'key:me');
    await reap();
    expect(await project.read(task_id)).toMatchObject({ state: 'running' });
    await fleet.change(task_id, "started_at = now() - interval '4 h'");
    await reap();
    expect(await project.read(task_id)).toMatchObject({ state: 'failed', error: { code: 'timed_out' } });
  });

  test('the deadline of the task passes all the same', async () => {
    const { task_id, project, ask } = await scene();
    await ask();
    await fleet.change(task_id, 'deadline_at = now()');
    await reap();
    expect(await project.read(task_id)).toMatchObject({ state: 'expired' });
  });
});

test('pending questions are listed oldest first, the others newest first, of one project and task', async () => {
  const [one, other] = [await scene(), await scene()];
  const asked: string[] = [];
  for (const title of ['A', 'B', 'C']) asked.push((await one.ask({ title })).question.id);
  await other.ask();
  const list = async (filter: Partial<Parameters<typeof listQuestions>[1]> = {}) =>
    (
      await listQuestions(db, {
        project_id: one.project.id,
        task_id: null,
        state: 'pending',
        after_id: undefined,
        limit: 10,
        ...filter,
      })
    ).map(({ id }) => id);
  expect(await list()).toEqual(asked);
  expect(await list({ after_id: asked[0]!, limit: 1 })).toEqual([asked[1]]);
  expect(await list({ task_id: other.task_id })).toEqual([]);
  for (const id of asked) await dismissQuestion(db, await readQuestion(db, id), 'key:me');
  expect(await list()).toEqual([]);
  expect(await list({ state: 'dismissed' })).toEqual(asked.toReversed());
  expect(await list({ state: 'dismissed', after_id: asked[1]! })).toEqual([asked[0]]);
});
