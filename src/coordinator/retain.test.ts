import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestProject } from '../../test/support/fleet-project.ts';
import { answerQuestion } from '../questions/answer.ts';
import { askQuestion } from '../questions/ask.ts';
import { appendLog } from '../tasks/append-log.ts';
import { listDependencyResults } from '../tasks/list-attempts.ts';
import { sendMessage } from '../tasks/send-message.ts';
import { storeArtifact } from '../tasks/store-artifact.ts';
import { dropOld } from './retain.ts';

const fleet = await testFleet({ replicas: 2 });
const { db } = fleet;
const NEVER = new AbortController().signal;
const drop = () => dropOld(db, 30, NEVER);

const TABLES = [
  'tasks',
  'attempts',
  'outcomes',
  'attempt_logs',
  'artifacts',
  'task_dependencies',
  'settlements',
  'questions',
  'task_messages',
  'events',
];

/** Rows that a project has in each table. */
async function rowsOf({ id }: TestProject): Promise<Record<string, number>> {
  const counts = TABLES.map(async (table) => {
    const own = ['tasks', 'attempts', 'outcomes', 'events'].includes(table) ? 'project_id = $1' : 'task_id = any($2)';
    const [row] = await db.query<{ rows: number }>(
      `select count(*)::int as rows from ${table} where ${own} and $1::uuid is not null and $2::uuid[] is not null`,
      [id, known.get(id) ?? []],
    );
    return [table, row!.rows] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}
const known = new Map<string, string[]>();

/** A task that has succeeded with a log line, an artifact, a question with its answer and a message. */
async function finish(project: TestProject, wish: Parameters<TestProject['task']>[0] = {}): Promise<string> {
  const agent = await project.agent();
  const id = await project.task(wish);
  known.set(project.id, [...(known.get(project.id) ?? []), id]);
  const grant = await agent.begin();
  const ref = { task_id: id, epoch: grant.epoch };
  await appendLog(fleet.desk, { ...ref, holder_id: agent.holder_id }, [{ seq: 1, stream: 'stdout', text: 'x' }]);
  const artifact = { ...ref, runner_id: agent.runner_id, name: 'a', content_type: 'text/plain' };
  await storeArtifact(
    db,
    artifact,
    (async function* () {
      yield Buffer.from('bytes');
    })(),
  );
  const asked = { title: 'Sure?', kind: 'question' as const, options: [] };
  const { question } = await askQuestion(db, { ...ref, project_id: project.id }, asked);
  await answerQuestion(db, question, { text: 'yes' }, 'key:test');
  await sendMessage(db, id, 'Use tabs.', 'key:test');
  await agent.complete(grant);
  return id;
}

const age = async (project: TestProject, interval: string) => {
  await db.query('update outcomes set finished_at = now() - $2::interval where project_id = $1', [
    project.id,
    interval,
  ]);
  await db.query('update events set at = now() - $2::interval where project_id = $1', [project.id, interval]);
};
const NOTHING = Object.fromEntries(TABLES.map((table) => [table, 0]));

test('a task that finished longer ago goes with all its rows, and a younger one stays whole [T16]', async () => {
  const [old, young] = [await fleet.project(), await fleet.project()];
  await finish(old);
  await finish(young);
  await age(old, '31 days');
  await age(young, '29 days');
  const before = await rowsOf(young);
  await drop();
  expect(await rowsOf(old)).toEqual(NOTHING);
  expect(await rowsOf(young)).toEqual(before);
  expect(before).toMatchObject({ tasks: 1, attempts: 1, outcomes: 1, attempt_logs: 1, artifacts: 1 });
});

test('a task that an unfinished one depends on stays until that one has finished too', async () => {
  const project = await fleet.project();
  const first = await finish(project);
  const second = await project.task({
    needs: { capabilities: ['later'] },
    depends_on: [{ task: first, name: 'before' }],
  });
  await fleet.desk.tellDependants();
  await age(project, '31 days');
  await drop();
  expect(await project.read(first)).toMatchObject({ state: 'succeeded' });
  expect(await listDependencyResults(db, second)).toMatchObject([{ name: 'before', state: 'succeeded' }]);
  const agent = await project.agent({ capabilities: ['later'] });
  await agent.complete(await agent.begin());
  await drop();
  expect(await listDependencyResults(db, second)).toEqual([]);
  expect(await project.read(second)).toMatchObject({ state: 'succeeded' });
});

test('the bytes of dropped artifacts and of uploads that broke off go, those under way stay', async () => {
  const project = await fleet.project();
  const id = await finish(project);
  const dropped = '01900000-0000-7000-8000-000000000001';
  await db.query(
    'update artifact_chunks c set artifact_id = $2 from artifacts a where a.id = c.artifact_id and a.task_id = $1',
    [id, dropped],
  );
  await db.query('update artifacts set id = $2 where task_id = $1', [id, dropped]);
  const brokenOff = '01900000-0000-7000-8000-000000000002';
  const now = Date.now().toString(16).padStart(12, '0');
  const underWay = `${now.slice(0, 8)}-${now.slice(8)}-7000-8000-000000000000`;
  for (const one of [brokenOff, underWay])
    await db.query("insert into artifact_chunks (artifact_id, seq, bytes) values ($1, 0, 'x')", [one]);
  const left = async () => {
    const rows = await db.query<{ id: string }>(
      'select artifact_id as id from artifact_chunks where artifact_id = any($1) order by 1',
      [[dropped, brokenOff, underWay]],
    );
    return rows.map((row) => row.id);
  };
  await drop();
  expect(await left()).toEqual([dropped, underWay]);
  await age(project, '31 days');
  await drop();
  expect(await left()).toEqual([underWay]);
});

test('a long log goes in parts, so that no statement takes long [T16]', async () => {
  const project = await fleet.project();
  const id = await finish(project);
  await db.query(
    "insert into attempt_logs (task_id, epoch, seq, stream, text) select $1, 1, g, 'stdout', 'x' from generate_series(2, 12000) g",
    [id],
  );
  await age(project, '31 days');
  const query = vi.fn(db.query);
  await dropOld({ ...db, query: query as typeof db.query }, 30, NEVER);
  const dropped = await Promise.all(query.mock.results.map(async ({ value }) => (await value)[0].dropped as number));
  expect(Math.max(...dropped)).toBeLessThanOrEqual(5000);
  expect(await rowsOf(project)).toEqual(NOTHING);
});

test('thousands go in batches that two replicas share, and each task goes once', async () => {
  const project = await fleet.project();
  await db.query(
    `insert into outcomes (task_id, project_id, state, epoch, finished_at)
     select gen_random_uuid(), $1, 'cancelled', 0, now() - interval '31 days' from generate_series(1, 2200)`,
    [project.id],
  );
  const counts = await Promise.all(fleet.desks.map(({ context }) => dropOld(context.db, 30, NEVER)));
  expect(counts.reduce((sum, count) => sum + count)).toBe(2200);
  expect(await rowsOf(project)).toEqual(NOTHING);
});

test('a signal ends it between two batches', async () => {
  const project = await fleet.project();
  await finish(project);
  await age(project, '31 days');
  expect(await dropOld(db, 30, AbortSignal.abort())).toBe(0);
  expect((await rowsOf(project)).tasks).toBe(1);
});

test('a queue that stood empty for a day goes, and comes back with the next task', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ capabilities: ['rare'] });
  const waiting = await project.agent({ capabilities: ['other'] });
  await project.task({ needs: { capabilities: ['rare'] } });
  await project.task({ needs: { capabilities: ['other'] } });
  await agent.complete(await agent.begin());
  await db.query("update queues set last_used_at = now() - interval '25 h' where project_id = $1", [project.id]);
  await drop();
  const queues = await db.query('select from queues where project_id = $1', [project.id]);
  expect(queues).toHaveLength(1);
  expect((await waiting.poll()).grants).toHaveLength(1);
  const id = await project.task({ needs: { capabilities: ['rare'] } }, { desk: fleet.desks[1]! });
  expect((await agent.claim()).task_id).toBe(id);
});

test('replicas that were killed are forgotten for their age; runners that are there are not', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const [killed, running] = [randomUUID(), randomUUID()];
  await db.query("insert into holders (id, started_at) values ($1, now() - interval '31 days'), ($2, now())", [
    killed,
    running,
  ]);
  await db.query("update holders set started_at = now() - interval '31 days' where id = $1", [agent.holder_id]);
  await drop();
  const left = await db.query('select id from holders where id in ($1, $2, $3)', [killed, running, agent.holder_id]);
  expect(left.map(({ id }) => id).sort()).toEqual([running, agent.holder_id].sort());
});

test('alerts that are over go with what was told of them; what is open stays for ever', async () => {
  const alert = async (state: string, days: number) => {
    const id = randomUUID();
    await db.query(
      `insert into alerts (id, rule, subject, severity, summary, state, opened_at, resolved_at)
       values ($1::uuid, 'T', $1::text, 'warning', 'x', $2, now() - make_interval(days => $3),
         case when $2 = 'resolved' then now() - make_interval(days => $3) end)`,
      [id, state, days],
    );
    await db.query("insert into alert_deliveries (id, alert_id, notifier, message) values ($1, $1, 'x', '{}')", [id]);
    return id;
  };
  const [, young, open] = [await alert('resolved', 31), await alert('resolved', 29), await alert('open', 365)];
  await drop();
  const left = await db.query<{ id: string }>('select id from alerts join alert_deliveries using (id)');
  expect(left.map(({ id }) => id).sort()).toEqual([young, open].sort());
});
