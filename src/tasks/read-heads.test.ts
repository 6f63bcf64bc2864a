import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import { readHeads } from './read-heads.ts';

const fleet = await testFleet();

test('of few queues a look reads as many tasks as can be handed out, of very many only the first ones', async () => {
  const project = await fleet.project();
  for (let task = 0; task < 12; task++) await project.task();
  const [{ class_id }] = (await fleet.db.query('select class_id from queues')) as [{ class_id: number }];
  const alone = await readHeads(fleet.db, [class_id], [class_id], 10);
  expect(alone.queues).toMatchObject([{ class_id, heads: { length: 10 }, has_more: true }]);
  const whole = await readHeads(fleet.db, [class_id], [class_id], 20);
  expect(whole.queues).toMatchObject([{ class_id, heads: { length: 12 }, has_more: false }]);

  const others = await fleet.db.query<{ class_id: number }>(
    `with class as (
       insert into needs_classes (hash, needs) select decode(md5(n::text), 'hex'), '{}' from generate_series(1, 600) n returning id)
     insert into queues (project_id, class_id) select $1, id from class returning class_id`,
    [project.id],
  );
  const all = [class_id, ...others.map((one) => one.class_id)];
  const { queues } = await readHeads(fleet.db, all, all, 20);
  expect(queues).toMatchObject([{ class_id, heads: { length: 4 }, has_more: true }]);
});
