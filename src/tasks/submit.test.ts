import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestProject, Wish } from '../../test/support/fleet-project.ts';
import { answerOf } from '../../test/support/refusal.ts';
import { submitTask } from './schema.ts';

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
    created_at: expect.any(String),
    started_at: null,
    finished_at: null,
    prompt: null,
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
    submitted_by: 'key:test',
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

describe('limits', () => {
  test('needs are at most 8 KiB, since every replica remembers them: invalid_request', async () => {
    const project = await fleet.project();
    const rule = (index: number) => ({ key: `k${index}`, op: '=', value: 'v'.repeat(200) }) as const;
    const needing = (count: number) =>
      project.task({ ...ANY, needs: { labels: Array.from({ length: count }, (_, index) => rule(index)) } });
    await needing(30);
    expect(await answerOf(needing(40))).toEqual({ code: 'invalid_request' });
  });

  test('title, prompt and input together are at most 256 KiB: input_too_large [T12]', async () => {
    const project = await fleet.project();
    const exact = { title: 'x', prompt: 'é'.repeat(131_072 - 3), input: 1 };
    const bytes = Buffer.byteLength(`${exact.title}${exact.prompt}1`);
    const rest = 'y'.repeat(262_144 - bytes);
    await project.task({ ...exact, title: 'x', prompt: exact.prompt + rest });
    expect(await answerOf(project.task({ ...exact, prompt: `${exact.prompt + rest}y` }))).toEqual({
      code: 'input_too_large',
    });
  });

  test.each([
    ['deadline_at', { deadline_at: '2001-01-01T00:00:00Z' }],
    ['queue_deadline_at', { queue_deadline_at: '2001-01-01T00:00:00+02:00' }],
  ])('a %s in the past is refused: invalid_request [B4]', async (_what, wish: Wish) => {
    const project = await fleet.project();
    expect(await answerOf(project.task(wish))).toEqual({ code: 'invalid_request' });
    expect(await countOf(project)).toBe(0);
  });

  test('whether a deadline has passed is for the database’s clock to say, not for this machine’s [G6] [I7]', async () => {
    const project = await fleet.project();
    const [row] = await db.query<{ soon: string; ago: string }>(
      "select now() + interval '1 min' as soon, now() - interval '1 s' as ago",
    );
    await project.task({ deadline_at: row!.soon });
    expect(await answerOf(project.task({ deadline_at: row!.ago }))).toEqual({ code: 'invalid_request' });
  });

  test.each([
    ['a time in the year 0', '0000-01-01T00:00:00Z'],
    ['an offset beyond every time zone', '2030-01-01T00:00:00+23:59'],
    ['the 30th of February', '2030-02-30T00:00:00Z'],
  ])('%s is refused at the door, since the database cannot store it', (_what, available_at) => {
    expect(submitTask.safeParse({ title: 'x', available_at }).success).toBe(false);
  });

  test('the earliest and latest times that can be written can be stored', async () => {
    const project = await fleet.project();
    for (const available_at of ['0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59.999-12:00'])
      await project.task({ available_at });
    expect(await countOf(project)).toBe(2);
  });

  test('below the HTTP door, which replaces it, NUL in text is refused and nothing is stored [B12]', async () => {
    const project = await fleet.project();
    await expect(project.task({ prompt: 'a\0b' })).rejects.toThrow();
    await expect(project.task({ labels: { a: 'b\0' } })).rejects.toThrow();
    expect(await countOf(project)).toBe(0);
  });
});

test('a task for a project that was accepted is there for every replica at once [G1]', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task({}, { desk: desks[2]! });
  expect((await agent.claim({ desk: desks[1]! })).task_id).toBe(id);
  expect(await answerOf(project.read(randomUUID()))).toEqual({ code: 'not_found' });
});
