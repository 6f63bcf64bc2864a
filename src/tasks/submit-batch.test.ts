import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestProject, Wish } from '../../test/support/fleet-project.ts';
import { AppError } from '../errors.ts';

const fleet = await testFleet();
const { db } = fleet;

const batch = (wishes: Wish[]): Wish[] => wishes.map((wish) => ({ allow_unsatisfiable: true, ...wish }));
const on = (...tasks: string[]) => ({ depends_on: tasks.map((task) => ({ task })) });

const countOf = async ({ id }: TestProject): Promise<number> => {
  const [row] = await db.query<{ count: number }>('select count(*)::int as count from tasks where project_id = $1', [
    id,
  ]);
  return row!.count;
};

/** Code and sentence of the refusal, after which nothing of the batch may be there. */
async function refusalOf(project: TestProject, wishes: Wish[]) {
  const before = await countOf(project);
  const error = await project.submit(batch(wishes)).then(
    () => undefined,
    (refusal: unknown) => refusal,
  );
  expect(error).toBeInstanceOf(AppError);
  expect(await countOf(project)).toBe(before);
  return [(error as AppError).code, (error as AppError).message];
}

describe('a batch', () => {
  test('is accepted whole, its ids in the order of its tasks', async () => {
    const project = await fleet.project();
    const { ids } = await project.submit(batch([{ title: 'a' }, { title: 'b' }, { title: 'c' }]));
    expect(await Promise.all(ids.map(async (id) => (await project.read(id)).title))).toEqual(['a', 'b', 'c']);
  });

  test('may be a graph by refs: what depends on nothing is queued, the rest waits', async () => {
    const project = await fleet.project();
    const earlier = await project.task({ title: 'earlier' });
    const { ids } = await project.submit(
      batch([
        { ref: 'last', ...on('left', 'right') },
        { ref: 'left', ...on('first') },
        { ref: 'right', ...on('first', earlier) },
        { ref: 'first' },
      ]),
    );
    const [last, left, right, first] = await Promise.all(ids.map((id) => project.read(id)));
    expect([last, left, right, first].map((task) => [task!.state, task!.open_dependencies])).toEqual([
      ['waiting', 2],
      ['waiting', 1],
      ['waiting', 2],
      ['queued', 0],
    ]);
    expect(last!.depends_on).toEqual([
      { task: left!.id, policy: 'fail', name: 'left' },
      { task: right!.id, policy: 'fail', name: 'right' },
    ]);
    expect(right!.depends_on).toEqual([
      { task: earlier, policy: 'fail', name: earlier },
      { task: first!.id, policy: 'fail', name: 'first' },
    ]);
  });

  test('with one bad task is refused whole [T3]', async () => {
    const project = await fleet.project();
    const bad: [Wish, string][] = [
      [{ deadline_at: '2001-01-01T00:00:00Z' }, 'invalid_request'],
      [{ result_schema: { type: 'nonsense' } }, 'invalid_schema'],
      [{ prompt: 'x'.repeat(262_144) }, 'input_too_large'],
      [{ allow_unsatisfiable: false, needs: { capabilities: ['gpu'] } }, 'unsatisfiable'],
      [on(randomUUID()), 'unknown_dependency'],
    ];
    for (const [wish, code] of bad) expect((await refusalOf(project, [{}, wish, {}]))[0]).toBe(code);
  });

  test('of a thousand tasks in a chain is accepted, in reverse order too', async () => {
    const project = await fleet.project();
    const chain = Array.from({ length: 1000 }, (_, at): Wish => ({ ref: `t${at}`, ...(at && on(`t${at - 1}`)) }));
    const { ids } = await project.submit(batch(chain.toReversed()));
    expect(ids).toHaveLength(1000);
    const [row] = await db.query(
      "select count(*)::int as count from live_tasks where project_id = $1 and state = 'queued'",
      [project.id],
    );
    expect(row).toEqual({ count: 1 });
  });
});

describe('a cycle', () => {
  test.each([
    ['of one task', [{ ref: 'a', ...on('a') }], 'a -> a'],
    [
      'of two tasks',
      [
        { ref: 'a', ...on('b') },
        { ref: 'b', ...on('a') },
      ],
      'a -> b -> a',
    ],
    [
      'behind tasks that are not part of it',
      [
        { ref: 'x', ...on('a') },
        { ref: 'a', ...on('b') },
        { ref: 'b', ...on('c') },
        { ref: 'c', ...on('a') },
      ],
      'a -> b -> c -> a',
    ],
  ])('%s is refused, and named [B3]', async (_what, wishes, cycle) => {
    const project = await fleet.project();
    expect(await refusalOf(project, wishes)).toEqual(['dependency_cycle', `The batch depends on itself: ${cycle}.`]);
  });

  test('is not seen where two ways lead to one task', async () => {
    const project = await fleet.project();
    await project.submit(
      batch([{ ref: 'a' }, { ref: 'b', ...on('a') }, { ref: 'c', ...on('a') }, { ...on('b', 'c') }]),
    );
    expect(await countOf(project)).toBe(4);
  });

  test('is looked for once in each task, however many ways lead there', async () => {
    const project = await fleet.project();
    const layers = Array.from({ length: 40 }, (_, layer) =>
      [0, 1, 2].map(
        (at): Wish => ({ ref: `${layer}-${at}`, ...(layer && on(...[0, 1, 2].map((n) => `${layer - 1}-${n}`))) }),
      ),
    );
    // 3^40 ways: a search that walks each of them would not end.
    await project.submit(batch(layers.flat()));
    expect(await countOf(project)).toBe(120);
  });
});

describe('a dependency', () => {
  test('that does not exist is refused, and named [B3]', async () => {
    const project = await fleet.project();
    const id = randomUUID();
    expect(await refusalOf(project, [on(id)])).toEqual([
      'unknown_dependency',
      `There is no task ${id} in this project to depend on.`,
    ]);
    expect(await refusalOf(project, [on('nobody')])).toEqual([
      'unknown_dependency',
      '"nobody" is neither a task id nor the ref of a task in this batch.',
    ]);
  });

  test.each(['queued', 'succeeded'])(
    'of another project is unknown, though it is there and %s [I10]',
    async (state) => {
      const [ours, theirs] = [await fleet.project(), await fleet.project()];
      const agent = await theirs.agent();
      const id = await theirs.task();
      if (state === 'succeeded') await agent.complete(await agent.begin());
      expect((await refusalOf(ours, [on(id)]))[0]).toBe('unknown_dependency');
    },
  );

  test('named twice counts once, also by its id in capital letters', async () => {
    const project = await fleet.project();
    const first = await project.task();
    const id = await project.task(on(first, first, first.toUpperCase()));
    expect(await project.read(id)).toMatchObject({
      open_dependencies: 1,
      depends_on: [{ task: first, policy: 'fail', name: first }],
    });
  });

  test('two refs of the same name are refused', async () => {
    const project = await fleet.project();
    expect(await refusalOf(project, [{ ref: 'a' }, { ref: 'a' }])).toEqual([
      'invalid_request',
      'Two tasks of the batch have the same ref.',
    ]);
  });
});
