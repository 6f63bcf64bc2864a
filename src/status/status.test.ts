import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import { PROJECT } from '../../test/support/replica.ts';
import { live } from '../../test/support/task-rows.ts';
import type { Db } from '../db/database.ts';

const OTHER = '00000000-0000-7000-8000-0000000000aa';

const task = (db: Db, project_id: string, state: string) =>
  live(db, {
    id: randomUUID(),
    project_id,
    state,
    ready: state === 'queued',
    available_at: new Date(Date.now() - 90_000),
    holder_id: ['leased', 'running'].includes(state) ? randomUUID() : null,
  });

type Wanted = { name: string; used: number; project_id?: string; answered?: boolean; draining?: boolean };

const agent = async (db: Db, { name, used, project_id, answered = true, draining = false }: Wanted) => {
  const [row] = await db.query<{ id: string }>(
    `insert into agents (id, project_id, kind, name, draining) values (gen_random_uuid(), $1, 'ollama', $2, $3) returning id`,
    [project_id ?? null, name, draining],
  );
  await db.query('insert into agent_slots (agent_id, max_concurrent, used) values ($1, 2, $2)', [row!.id, used]);
  await db.query(
    `insert into endpoints (agent_id, url, approved_at, probed_at, probe_failures)
     values ($1, 'http://127.0.0.1:1', now(), now(), $2)`,
    [row!.id, answered ? 0 : 2],
  );
};

async function scene() {
  const { app, db, as, context } = await testApp();
  await db.query(`insert into projects (id, slug, name) values ($1, 'other', 'Other')`, [OTHER]);
  for (const state of ['waiting', 'queued', 'leased', 'running']) await task(db, PROJECT, state);
  await task(db, OTHER, 'queued');
  await db.query(
    `insert into task_totals (project_id, outcome, total) values ($1, 'succeeded', 10000000), ($1, 'failed', 3),
       ($1, 'expired', 2), ($1, 'cancelled', 5), ($2, 'succeeded', 7)`,
    [PROJECT, OTHER],
  );
  await agent(db, { name: 'free', used: 1 });
  await agent(db, { name: 'full', used: 2, project_id: OTHER });
  await agent(db, { name: 'gone', used: 0, answered: false });
  const read = async (headers?: Record<string, string>) => app.inject({ url: '/api/status', headers: headers ?? {} });
  return { app, as, read, context };
}

test('the status is of the shape that the system before this one had, with the tasks of all time', async () => {
  const { as, read } = await scene();
  const answer = await read(await as('viewer'));
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({
    // The coordinator of the test hears no notification.
    system: { status: 'degraded', uptime: expect.any(Number), version: expect.stringMatching(/^\d/) },
    agents: {
      total: 3,
      available: 1,
      busy: 1,
      details: [
        { name: 'free', kind: 'ollama', status: 'online', slots: { used: 1, total: 2 } },
        { name: 'full', kind: 'ollama', status: 'online', slots: { used: 2, total: 2 } },
        { name: 'gone', kind: 'ollama', status: 'offline', slots: { used: 0, total: 2 } },
      ],
    },
    tasks: { total: 10_000_022, pending: 3, running: 2, completed: 10_000_007, failed: 5 },
  });
});

test('a key of one project is told of what concerns that project, and who has none of nothing [I10]', async () => {
  const { as, read } = await scene();
  const answer = (await read(await as('viewer', PROJECT))).json();
  expect(answer.tasks).toEqual({ total: 10_000_014, pending: 2, running: 2, completed: 10_000_000, failed: 5 });
  expect(answer.agents.details.map(({ name }: { name: string }) => name)).toEqual(['free', 'gone']);
  expect((await read(await as('viewer', OTHER))).json().tasks).toMatchObject({ total: 8, pending: 1 });
  expect((await read()).statusCode).toBe(401);
});

test('the metrics tell the same of the fleet, and 0 where there is nothing', async () => {
  const { context } = await scene();
  await agent(context.db, { name: 'moving', used: 0, answered: false, draining: true });
  const text = await context.metrics.render();
  for (const line of [
    'tasks{state="waiting"} 1',
    'tasks{state="queued"} 2',
    'tasks_finished_total{outcome="succeeded"} 10000007',
    'tasks_finished_total{outcome="cancelled"} 5',
    'agents{status="online"} 2',
    'agents{status="offline"} 2',
    'agent_up{agent="free"} 1',
    'agent_up{agent="gone"} 0',
    'agent_slots{kind="ollama",state="used"} 3',
    'agent_slots{kind="ollama",state="free"} 1',
    'agent_breaker_open{agent="full"} 0',
  ])
    expect(text).toContain(`\nwhoosh_${line}\n`);
  expect(text).not.toContain('moving');
  expect(Number(/^whoosh_queue_oldest_age_seconds (\S+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(90);
  const empty = await (await testApp()).context.metrics.render();
  expect(empty).toContain('\nwhoosh_queue_oldest_age_seconds 0\n');
  expect(empty).toContain('\nwhoosh_tasks{state="running"} 0\n');
});
