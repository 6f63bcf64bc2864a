import { expect, test, vi } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import { NeedsClasses } from './needs-classes.ts';
import { needs as needsSchema } from './schema.ts';

const fleet = await testFleet({ replicas: 2 });
const { db } = fleet;
const needs = (wish: object) => needsSchema.parse(wish);

test('tasks with equal needs share a class, in whatever order they are written', async () => {
  const project = await fleet.project();
  const classes = new NeedsClasses(db);
  const os = { key: 'os', op: '=', value: 'linux' };
  const gpu = { key: 'gpu', op: 'exists' };
  const same = [
    { capabilities: ['a', 'b'], labels: [os, gpu] },
    { capabilities: ['b', 'a'], labels: [gpu, os] },
    { capabilities: ['a', 'b', 'a'], labels: [{ value: 'linux', op: '=', key: 'os' }, gpu, os], slots: 1 },
  ];
  const ids = await Promise.all(same.map((wish) => classes.intern(project.id, needs(wish))));
  expect(new Set(ids).size).toBe(1);
  expect(classes.needsOf(ids[0]!)).toEqual(needs({ capabilities: ['a', 'b'], labels: [gpu, os] }));
  expect(classes.known()).toEqual([ids[0]]);
});

test('different needs never share one', async () => {
  const project = await fleet.project();
  const classes = new NeedsClasses(db);
  const wishes = [
    {},
    { slots: 2 },
    { model: 'a' },
    { capabilities: ['a'] },
    { agent: 'a' },
    { runner: 'a' },
    { kind: 'command' },
  ];
  const ids = await Promise.all(wishes.map((wish) => classes.intern(project.id, needs(wish))));
  expect(new Set(ids).size).toBe(wishes.length);
});

test('replicas that meet the same needs at the same moment agree on their class', async () => {
  const project = await fleet.project();
  const replicas = Array.from({ length: 8 }, () => new NeedsClasses(db));
  for (let round = 0; round < 5; round++) {
    const wish = needs({ capabilities: [`round-${round}`] });
    const ids = await Promise.all(replicas.map((replica) => replica.intern(project.id, wish)));
    expect(new Set(ids).size).toBe(1);
  }
});

test('each project has its own queue of a class', async () => {
  const [one, two] = [await fleet.project(), await fleet.project()];
  const classes = new NeedsClasses(db);
  const [a, b] = [await classes.intern(one.id, needs({})), await classes.intern(two.id, needs({}))];
  expect(a).toBe(b);
  const queues = await db.query('select project_id from queues where class_id = $1 and project_id = any($2)', [
    a,
    [one.id, two.id],
  ]);
  expect(queues).toHaveLength(2);
});

test('needs that were met before are not asked of the database again, and a failed statement is not remembered', async () => {
  const project = await fleet.project();
  const query = vi.fn(db.query);
  const classes = new NeedsClasses({ ...db, query: query as typeof db.query });
  query.mockRejectedValueOnce(new Error('away'));
  await expect(classes.intern(project.id, needs({}))).rejects.toThrow('away');
  const id = await classes.intern(project.id, needs({}));
  expect(await classes.intern(project.id, needs({}))).toBe(id);
  expect(query).toHaveBeenCalledTimes(2);
});

test('what is remembered does not grow for ever [T17]', () => {
  const classes = new NeedsClasses(db);
  for (let id = 0; id < 120_000; id++) classes.learn(id, needs({}));
  expect(classes.size).toBeLessThanOrEqual(50_000);
});
