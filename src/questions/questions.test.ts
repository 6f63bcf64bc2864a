import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import { questionScene, YES_OR_NO } from '../../test/support/question-scene.ts';
import { refusalOf } from '../../test/support/refusal-of.ts';
import { answerQuestion } from './answer.ts';
import { dismissQuestion } from './dismiss.ts';
import { expireQuestions } from './expire.ts';
import { readQuestion } from './read.ts';

const fleet = await testFleet({ settings: { BACKOFF_BASE_MS: '0' } });
const { db, desk } = fleet;
const scene = () => questionScene(fleet);

describe('asking', () => {
  test('the task awaits input until somebody answers, and the record says who asked and who answered [Q1]', async () => {
    const { project, task_id, grant, ask, clock, events, wait } = await scene();
    const { question, is_new } = await ask();
    expect(is_new).toBe(true);
    expect(question).toEqual({
      id: expect.any(String),
      task_id,
      task_title: 'A task',
      project_id: project.id,
      epoch: grant.epoch,
      kind: 'question',
      title: YES_OR_NO.title,
      detail: null,
      options: YES_OR_NO.options,
      allow_text: false,
      default_answer: null,
      state: 'pending',
      answer: null,
      answered_by: null,
      answered_at: null,
      asked_at: expect.any(String),
      expires_at: null,
    });
    expect(await project.read(task_id)).toMatchObject({ state: 'running', awaiting_input: true });
    const answered = await answerQuestion(db, question, { option: 'no' }, 'key:me');
    expect(answered).toMatchObject({ state: 'answered', answer: { option: 'no' }, answered_by: 'key:me' });
    expect(await wait(question.id)).toEqual(answered);
    expect(await project.read(task_id)).toMatchObject({ state: 'running', awaiting_input: false });
    expect(await clock()).toMatchObject({ awaiting_since: null, awaited_ms: expect.any(Number) });
    const said = { question_id: question.id, epoch: 1, title: YES_OR_NO.title };
    expect(await events()).toEqual([
      {
        type: 'question.asked',
        actor: `attempt:${task_id}/1`,
        data: { question_id: question.id, epoch: 1, kind: 'question', title: said.title, options: YES_OR_NO.options },
      },
      { type: 'question.answered', actor: 'key:me', data: { ...said, answer: { option: 'no' }, by: 'key:me' } },
    ]);
  });

  test('asked again it is the same question, by its key or by what it says', async () => {
    const { ask } = await scene();
    const { question } = await ask();
    expect(await ask()).toEqual({ question, is_new: false });
    const keyed = await ask({ ...YES_OR_NO, key: 'k' });
    expect(keyed.is_new).toBe(true);
    expect(await ask({ title: 'Something else', key: 'k' })).toEqual({ ...keyed, is_new: false });
    const other = await ask({ ...YES_OR_NO, title: 'Another' });
    expect(new Set([question.id, keyed.question.id, other.question.id]).size).toBe(3);
  });

  test('the clock stands still until the last of several questions is answered [Q2]', async () => {
    const { task_id, ask, clock } = await scene();
    const first = await ask();
    const second = await ask({ title: 'Which name?' });
    await fleet.change(task_id, "awaiting_since = now() - interval '10 s'");
    await answerQuestion(db, first.question, { option: 'yes' }, 'key:me');
    expect(await clock()).toMatchObject({ awaiting_since: expect.any(String), awaited_ms: 0 });
    await answerQuestion(db, second.question, { text: 'Ada' }, 'key:me');
    const { awaiting_since, awaited_ms } = await clock();
    expect(awaiting_since).toBe(null);
    expect(awaited_ms).toBeGreaterThanOrEqual(10_000);
    expect(awaited_ms).toBeLessThan(60_000);
  });

  test('an attempt that no longer holds the lease cannot ask, and its wait ends with lease_lost', async () => {
    const { grant, ask, again, wait } = await scene();
    const { question } = await ask();
    await again();
    expect((await refusalOf(ask())).code).toBe('lease_lost');
    expect((await refusalOf(wait(question.id, 0, grant))).code).toBe('lease_lost');
    expect((await refusalOf(ask(YES_OR_NO, { task_id: randomUUID(), epoch: 1 }))).code).toBe('lease_lost');
  });

  test('a task asks at most 100 questions, 20 of them pending', async () => {
    const { ask } = await scene();
    for (let n = 0; n < 20; n++) await ask({ title: `Question ${n}` });
    expect((await refusalOf(ask({ title: 'One more' }))).code).toBe('questions_full');
    expect((await ask({ title: 'Question 7' })).is_new).toBe(false);
    await db.query(`update questions set state = 'dismissed' where state = 'pending'`);
    await ask({ title: 'Now there is room' });
    await db.query(
      `insert into questions (id, task_id, project_id, epoch, key, kind, title, options, allow_text, state)
       select gen_random_uuid(), task_id, project_id, 1, 'k' || n, 'question', 'x', '[]', true, 'answered'
       from questions, generate_series(1, 79) n where title = 'Now there is room'`,
    );
    expect((await refusalOf(ask({ title: 'The 101st' }))).message).toContain('asked 100 questions');
  });

  test.each([
    ['without options it takes text', { title: 'x', allow_text: false }, 'allow_text'],
    [
      'the ids of options differ',
      {
        ...YES_OR_NO,
        options: [
          { id: 'a', name: 'A' },
          { id: 'a', name: 'B' },
        ],
      },
      'options',
    ],
    ['a default is one of the options', { ...YES_OR_NO, default_answer: { option: 'maybe' } }, 'default_answer.option'],
    [
      'a default in words needs a question that takes them',
      { ...YES_OR_NO, default_answer: { text: 'x' } },
      'default_answer.text',
    ],
  ])('%s: else it is refused', async (_, wish, path) => {
    const { ask } = await scene();
    const { code, extras } = await refusalOf(ask(wish));
    expect([code, extras.errors?.[0]?.path]).toEqual(['invalid_request', path]);
  });
});

describe('a later attempt', () => {
  test('that asks the same waits for the same question, which nobody is asked twice', async () => {
    const { project, task_id, ask, again, events } = await scene();
    const { question } = await ask();
    const second = await again();
    expect(await project.read(task_id)).toMatchObject({ awaiting_input: false });
    expect((await ask(YES_OR_NO, second)).question).toEqual({ ...question, epoch: 2 });
    expect(await project.read(task_id)).toMatchObject({ awaiting_input: true });
    expect((await events()).map(({ type }) => type)).toEqual(['question.asked']);
  });

  test('finds the answer that was given while no attempt ran', async () => {
    const { task_id, ask, agent, grant, clock } = await scene();
    const { question } = await ask();
    await agent.fail(grant, { retryable: true });
    await answerQuestion(db, question, { option: 'yes' }, 'key:me');
    await fleet.change(task_id, 'ready = true, available_at = now()');
    const second = await agent.begin();
    expect((await ask(YES_OR_NO, second)).question).toMatchObject({ state: 'answered', answer: { option: 'yes' } });
    expect(await clock()).toEqual({ awaiting_since: null, awaited_ms: 0 });
  });

  test('is told of a dismissal, and asks anew what had expired', async () => {
    const { ask, again, events } = await scene();
    const dismissed = await ask({ title: 'A' });
    const expired = await ask({ title: 'B', expires_in_ms: 1000 });
    await dismissQuestion(db, dismissed.question, 'key:me');
    await db.query('update questions set expires_at = now() where id = $1', [expired.question.id]);
    await expireQuestions(db);
    expect((await ask({ title: 'B', expires_in_ms: 1000 })).question.state).toBe('expired');
    const second = await again();
    expect((await ask({ title: 'A' }, second)).question.state).toBe('dismissed');
    expect((await ask({ title: 'B', expires_in_ms: 1000 }, second)).question).toMatchObject({
      id: expired.question.id,
      state: 'pending',
      answered_by: null,
    });
    expect((await events()).map(({ type }) => type)).toEqual([
      'question.asked',
      'question.asked',
      'question.dismissed',
      'question.expired',
      'question.asked',
    ]);
  });
});

describe('answering', () => {
  test('takes one of the options, or text where the question takes it', async () => {
    const { ask } = await scene();
    const { question } = await ask();
    const refused = await refusalOf(answerQuestion(db, question, { option: 'maybe' }, 'key:me'));
    expect(refused.extras.errors).toEqual([{ path: 'option', message: 'expected one of yes, no' }]);
    expect((await refusalOf(answerQuestion(db, question, { text: 'yes' }, 'key:me'))).code).toBe('invalid_request');
    const open = await ask({ title: 'Which name?' });
    expect((await refusalOf(answerQuestion(db, open.question, { option: 'a' }, 'key:me'))).code).toBe(
      'invalid_request',
    );
    expect(await answerQuestion(db, open.question, { text: 'Ada' }, 'key:me')).toMatchObject({
      answer: { text: 'Ada' },
    });
  });

  test('the same answer again is taken as it is, another is refused', async () => {
    const { ask, events } = await scene();
    const { question } = await ask();
    const answered = await answerQuestion(db, question, { option: 'yes' }, 'key:me');
    expect(await answerQuestion(db, question, { option: 'yes' }, 'key:you')).toEqual(answered);
    const { code, message } = await refusalOf(answerQuestion(db, question, { option: 'no' }, 'key:you'));
    expect([code, message]).toEqual(['invalid_state', 'The question was answered with "yes" by key:me already.']);
    expect((await refusalOf(dismissQuestion(db, question, 'key:you'))).message).toBe('The question was answered.');
    expect(await events()).toHaveLength(2);
  });

  test('of many who answer at once one is heard', async () => {
    const { ask } = await scene();
    const { question } = await ask();
    const answers = Array.from({ length: 12 }, (_, n) => ({ option: n % 2 ? 'yes' : 'no' }));
    const given = await Promise.allSettled(
      answers.map((answer, n) => answerQuestion(db, question, answer, `key:${n}`)),
    );
    const { answer } = await readQuestion(db, question.id);
    given.forEach((one, n) => {
      expect(one.status).toBe(answers[n]!.option === answer?.option ? 'fulfilled' : 'rejected');
    });
    const told = await db.query(`select from events where type = 'question.answered' and task_id = $1`, [
      question.task_id,
    ]);
    expect(told).toHaveLength(1);
  });

  test('reaches the attempt that waits within a moment, also on another replica [Q4]', async () => {
    const { ask, wait } = await scene();
    const { question } = await ask();
    const waiting = wait(question.id, 20_000);
    await answerQuestion(db, question, { option: 'yes' }, 'key:me');
    const began = performance.now();
    desk.context.notify('questions');
    expect(await waiting).toMatchObject({ state: 'answered', answer: { option: 'yes' } });
    expect(performance.now() - began).toBeLessThan(900);
  });

  test('reaches the attempt also when the notification was lost', async () => {
    const { ask, wait } = await scene();
    const { question } = await ask();
    const waiting = wait(question.id, 20_000);
    await answerQuestion(db, question, { option: 'yes' }, 'key:me');
    expect(await waiting).toMatchObject({ state: 'answered' });
  });

  test('a wait ends after its time with the question still pending', async () => {
    const { ask, wait } = await scene();
    const { question } = await ask();
    expect(await wait(question.id, 50)).toEqual(question);
  });
});
