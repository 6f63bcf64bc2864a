import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestProject, Wish } from '../../test/support/fleet-project.ts';
import { answerOf } from '../../test/support/refusal.ts';
import { submitTask } from './schema.ts';

const fleet = await testFleet();
const { db } = fleet;
const ANY = { allow_unsatisfiable: true };

const countOf = async ({ id }: TestProject): Promise<number> => {
  const [row] = await db.query<{ count: number }>('select count(*)::int as count from tasks where project_id = $1', [
    id,
  ]);
  return row!.count;
};

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
