import { afterEach, expect, test } from 'vitest';
import { reapTasks } from '../../src/tasks/reap.ts';
import { chanceOf } from '../support/chance.ts';
import { testFleet } from '../support/fleet.ts';
import { refusalOf } from '../support/refusal-of.ts';
import { type Failure, failStatements } from './inject/fail-statements.ts';

/*
 * A statement runs, and its answer is lost: "executed, then timed out". Whoever asked is told 503 and asks again, which
 * every call of the contract allows. At the end of the file every invariant is held against the database.
 */
const fleet = await testFleet({ replicas: 2 });
const { db, desk } = fleet;

let answersCome = () => {};
afterEach(() => answersCome());

/** From now on no answer to such a statement comes back, until `answersCome` is called. */
function loseAnswers(statement: string, more: Partial<Failure> = {}): void {
  answersCome = failStatements({ failures: [{ statement, when: 'after', error: 'timeout', ...more }] });
}

/** Asks while answers are lost: it is refused as unavailable. Then answers come again. */
async function unanswered(statement: string, ask: () => Promise<unknown>): Promise<void> {
  loseAnswers(statement);
  expect(await refusalOf(ask())).toMatchObject({ code: 'unavailable' });
  answersCome();
}

async function begun() {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task({ max_attempts: 2, backoff_base_ms: 0 });
  return { project, agent, id, grant: await agent.begin() };
}

test('a task that was stored, and whose 201 was lost, is the same one when it is sent again under its key [G1] [G7]', async () => {
  const project = await fleet.project();
  await project.agent();
  const submit = () => project.submit({ title: 'once' }, { key: 'a key' });
  await unanswered('tasks-insert', submit);
  const { ids, replayed } = await submit();
  expect(replayed).toBe(true);
  expect(await db.query('select id from tasks where project_id = $1', [project.id])).toEqual([{ id: ids[0] }]);
});

test('a batch whose commit was not answered is there as a whole, once [G1] [G7]', async () => {
  const project = await fleet.project();
  await project.agent();
  const wishes = [{ title: 'one' }, { title: 'two' }];
  const submit = () => project.submit(wishes, { key: 'batch' });
  await unanswered('commit', submit);
  expect(await submit()).toMatchObject({ replayed: true, ids: [expect.any(String), expect.any(String)] });
  expect(await db.query('select from live_tasks where project_id = $1', [project.id])).toHaveLength(2);
});

test('a grant that was stored and not told is given by the next poll, to its holder and to nobody else [G7]', async () => {
  const project = await fleet.project();
  const [agent, other] = [await project.agent(), await project.agent()];
  const id = await project.task();
  loseAnswers('tasks-claim');
  expect((await agent.poll()).grants).toEqual([]);
  answersCome();
  expect((await other.poll({ desk: fleet.desks[1]! })).grants).toEqual([]);
  expect((await agent.poll()).grants).toMatchObject([{ task_id: id, epoch: 1, attempt: 1 }]);
});

test('a start that was stored and not answered is repeated, and counts once', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task();
  const grant = await agent.claim();
  await unanswered('tasks-start', () => agent.start(grant));
  expect(await agent.start(grant)).toBe(true);
  const started = await db.query("select from events where task_id = $1 and type = 'task.started'", [id]);
  expect(started).toHaveLength(1);
});

test('an outcome that was stored and not answered is a duplicate when it is repeated, and stands against another [G3]', async () => {
  const { project, agent, id, grant } = await begun();
  await unanswered('tasks-settle', () => agent.complete(grant, 'first'));
  expect(await agent.complete(grant, 'first')).toEqual({ state: 'succeeded', duplicate: true });
  expect((await refusalOf(agent.complete(grant, 'second'))).code).toBe('outcome_conflict');
  expect((await refusalOf(agent.fail(grant))).code).toBe('outcome_conflict');
  expect(await project.read(id)).toMatchObject({ state: 'succeeded', result: 'first' });
});

test('a failure that was stored and not answered costs one attempt, however often it is repeated', async () => {
  const { project, agent, id, grant } = await begun();
  const fail = () => agent.fail(grant, { retryable: true });
  await unanswered('tasks-settle', fail);
  for (let n = 0; n < 3; n++) expect(await fail()).toMatchObject({ duplicate: true });
  expect(await project.read(id)).toMatchObject({ state: 'queued', attempts: 1 });
  expect(await agent.complete(await agent.begin(), 'again')).toEqual({ state: 'succeeded', duplicate: false });
});

test('a lease that was taken away without an answer is lost once: its task is claimed again, the old holder is fenced [G3]', async () => {
  const { agent, id, grant } = await begun();
  await fleet.change(id, "lease_expires_at = now() - interval '1 day'");
  const reap = () => reapTasks(db, desk.context.config, { pull: true, push: true });
  await unanswered('tasks-settle', reap);
  expect(await reap()).toEqual([]);
  const again = await agent.begin();
  expect(again).toMatchObject({ task_id: id, epoch: 3, attempt: 2 });
  expect((await refusalOf(agent.complete(grant, 'late'))).code).toBe('lease_lost');
  expect(await agent.complete(again, 'in time')).toEqual({ state: 'succeeded', duplicate: false });
});

test.each([1, 2, 3])(
  'with one answer in ten lost everywhere, every task is done once (seed %i) [G1] [G3] [G7]',
  async (seed) => {
    const project = await fleet.project();
    const agent = await project.agent({ max_concurrent: 8 });
    await Promise.all(fleet.desks.map(({ roster }) => roster.refresh()));
    const chance = chanceOf(seed);
    const at = () => chance.of(fleet.desks)!;
    const insist = async <T>(ask: () => Promise<T>): Promise<T> => {
      for (;;) {
        const answer = await ask().catch((error) => {
          if (error.code !== 'unavailable') throw error;
        });
        if (answer !== undefined) return answer;
      }
    };
    let lost = 0;
    answersCome = failStatements({
      onFailure: () => lost++,
      failures: [{ statement: 'tasks-', when: 'after', error: 'timeout', rate: 0.1 }],
      seed,
    });
    const keys = Array.from({ length: 60 }, (_, n) => `task ${n}`);
    const submitted = Promise.all(
      keys.map((key) => insist(() => project.submit({ title: key, allow_unsatisfiable: true }, { key, desk: at() }))),
    );
    const done = new Map<string, unknown>();
    while (done.size < keys.length) {
      const { grants } = await insist(() => agent.poll({ desk: at() }));
      await Promise.all(
        grants.map(async (grant) => {
          expect(await insist(() => agent.start(grant, { desk: at() }))).toBe(true);
          await insist(() => agent.complete(grant, grant.title, { desk: at() }));
          expect(done.has(grant.title)).toBe(false);
          done.set(grant.title, grant);
        }),
      );
    }
    answersCome();
    await submitted;
    expect(lost).toBeGreaterThan(5);
    const outcomes = await db.query('select result, epoch from outcomes where project_id = $1 order by task_id', [
      project.id,
    ]);
    expect(outcomes.map(({ result }) => result).sort()).toEqual(keys.toSorted());
    expect(outcomes.every(({ epoch }) => epoch === 1)).toBe(true);
  },
);
