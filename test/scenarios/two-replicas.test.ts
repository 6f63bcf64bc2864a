import { expect, test } from 'vitest';
import { auditInvariants } from '../../src/coordinator/audit.ts';
import { testDatabase } from '../support/database.ts';
import { runningRunner } from '../support/running-runner.ts';
import { runningServer } from '../support/running-server.ts';

const needs = { capabilities: ['shell'] };

test('work submitted at one replica is done by runners of another, and followed from both [T14] [S31]', async () => {
  const { db, url: DATABASE_URL } = await testDatabase();
  const [a, b] = [
    await runningServer({ DATABASE_URL, WHOOSH_LOCAL_RUNNER: 'off' }),
    await runningServer({ DATABASE_URL, WHOOSH_LOCAL_RUNNER: 'off' }),
  ];
  await runningRunner(a, 'at-a');
  await runningRunner(b, 'at-b');
  const submitted = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      (n % 2 ? a : b).client.submitTask({ title: `${n}`, prompt: `echo ${n} > "$WHOOSH_RESULT_FILE"`, needs }),
    ),
  );
  const tasks = await Promise.all(submitted.map(({ id }, n) => (n % 2 ? b : a).client.waitTask(id)));
  expect(tasks.map(({ state, result, attempts }) => ({ state, result, attempts }))).toEqual(
    submitted.map((_, n) => ({ state: 'succeeded', result: n, attempts: 1 })),
  );
  expect(await auditInvariants(db, '-infinity')).toEqual([]);
});

test('a task that was answered is there after its replica has gone, and another replica has it done', async () => {
  const { url: DATABASE_URL } = await testDatabase();
  const first = await runningServer({ DATABASE_URL, WHOOSH_LOCAL_RUNNER: 'off' });
  const { id } = await first.client.submitTask({ title: 'x', prompt: 'true', needs, allow_unsatisfiable: true });
  await first.stop();
  const second = await runningServer({ DATABASE_URL, WHOOSH_LOCAL_RUNNER: 'off' });
  await runningRunner(second, 'laptop');
  expect(await second.client.waitTask(id)).toMatchObject({ state: 'succeeded' });
});
