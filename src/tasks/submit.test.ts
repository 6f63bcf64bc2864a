import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestProject } from '../../test/support/fleet-project.ts';
import { answerOf } from '../../test/support/refusal.ts';

const fleet = await testFleet({
  replicas: 3,
  settings: { MAX_ATTEMPTS: '4', BACKOFF_BASE_MS: '7', BACKOFF_CAP_MS: '11' },
});
const { db, desks } = fleet;
const ANY = { allow_unsatisfiable: true };

const countOf = async ({ id }: TestProject): Promise<number> => {
  const [row] = await db.query<{ count: number }>('select count(*)::int as count from tasks where project_id = $1', [
    id,
  ]);
  return row!.count;
};

test('a task is accepted with what was asked for, and the server’s settings for what was not', async () => {
  const project = await fleet.project();
  const id = await project.task({ title: 'Bare' });
  expect(await project.read(id)).toEqual({
    id,
    project_id: project.id,
    title: 'Bare',
    state: 'queued',
    reason: null,
    priority: 5,
    labels: {},
    attempts: 0,
    max_attempts: 4,
    epoch: 0,
    agent_id: null,
    awaiting_input: false,
    awaiting_approval: false,
    created_at: expect.any(String),
    started_at: null,
    finished_at: null,
    prompt: null,
    call: null,
    progress: null,
    input: null,
    needs: { capabilities: [], labels: [], slots: 1 },
    workspace: { kind: 'none' },
    result_schema: null,
    backoff_base_ms: 7,
    backoff_cap_ms: 11,
    attempt_timeout_ms: null,
    available_at: expect.any(String),
    queue_deadline_at: null,
    deadline_at: null,
    cancel_requested_at: null,
    open_dependencies: 0,
    depends_on: [],
    retried_from: null,
    requires_approval: false,
    parent_id: null,
    depth: 0,
    continues: null,
    submitted_by: 'key:test',
    traceparent: null,
    result: null,
    error: null,
  });
});

test('input comes back as it was sent: any JSON, also what looks like nothing', async () => {
  const project = await fleet.project();
  for (const input of [0, false, '', [], {}, 'text', { deep: [{ er: null }] }, 1e300, 'ünï\u{1F600}']) {
    expect((await project.read(await project.task({ input }))).input).toEqual(input);
  }
});

describe('an idempotency key', () => {
  const wish = { title: 'Once', input: { a: 1, b: 2 }, ...ANY };

  test('makes a repeated submit answer the first id, on any replica [G7]', async () => {
    const project = await fleet.project();
    const first = await project.submit(wish, { key: 'k' });
    expect(first).toEqual({ ids: [expect.any(String)], replayed: false });
    for (const desk of desks)
      expect(await project.submit(wish, { key: 'k', desk })).toEqual({ ids: first.ids, replayed: true });
    expect(await project.submit({ ...wish, input: { b: 2, a: 1 } }, { key: 'k' })).toMatchObject({ replayed: true });
    expect(await countOf(project)).toBe(1);
  });

  test('still answers when the task has ended', async () => {
    const project = await fleet.project();
    const agent = await project.agent();
    const first = await project.submit(wish, { key: 'k' });
    await agent.complete(await agent.begin());
    expect(await project.submit(wish, { key: 'k' })).toEqual({ ids: first.ids, replayed: true });
  });

  test('used for another request is refused', async () => {
    const project = await fleet.project();
    await project.submit(wish, { key: 'k' });
    const refused = { code: 'idempotency_key_reused' };
    expect(await answerOf(project.submit({ ...wish, title: 'Other' }, { key: 'k' }))).toEqual(refused);
    expect(await answerOf(project.submit([wish, wish], { key: 'k' }))).toEqual(refused);
    expect(await countOf(project)).toBe(1);
  });

  test('is a project’s own', async () => {
    const [one, two] = [await fleet.project(), await fleet.project()];
    await one.submit(wish, { key: 'k' });
    expect(await two.submit(wish, { key: 'k' })).toMatchObject({ replayed: false });
  });

  test('of fifty submits at once on three replicas makes one task', async () => {
    const project = await fleet.project();
    const asked = Array.from({ length: 50 }, (_, index) => project.submit(wish, { key: 'k', desk: desks[index % 3]! }));
    const answers = await Promise.all(asked);
    expect(new Set(answers.flatMap(({ ids }) => ids)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await countOf(project)).toBe(1);
  });

  test('of a batch at once on three replicas makes one batch', async () => {
    const project = await fleet.project();
    const batch = [
      { ref: 'a', ...wish },
      { ref: 'b', ...wish, depends_on: [{ task: 'a' }] },
    ];
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => project.submit(batch, { key: 'k', desk: desks[index % 3]! })),
    );
    expect(new Set(answers.map(({ ids }) => ids.join())).size).toBe(1);
    expect(await countOf(project)).toBe(2);
  });

  test('crossing others in every order, on three replicas, is neither lost nor refused', async () => {
    const project = await fleet.project();
    for (let round = 0; round < 3; round++) {
      const keys = Array.from({ length: 100 }, (_, index) => `${round}-${index}`);
      const orders = [keys, keys.toReversed(), keys.toSorted()];
      const asked = orders.flatMap((order, at) => order.map((key) => project.submit(wish, { key, desk: desks[at]! })));
      const answers = await Promise.all(asked);
      expect(new Set(answers.flatMap(({ ids }) => ids)).size).toBe(100);
      expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(100);
    }
  });
});

test('a task for a project that was accepted is there for every replica at once [G1]', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task({}, { desk: desks[2]! });
  expect((await agent.claim({ desk: desks[1]! })).task_id).toBe(id);
  expect(await answerOf(project.read(randomUUID()))).toEqual({ code: 'not_found' });
});
