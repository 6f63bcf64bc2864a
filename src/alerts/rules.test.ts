import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { alertReplica } from '../../test/support/alert-replica.ts';
import { makeCertificate } from '../../test/support/certificate.ts';
import { testFleet } from '../../test/support/fleet.ts';
import { testPool } from '../../test/support/pool.ts';
import { PROJECT } from '../../test/support/replica.ts';
import { testFolder } from '../../test/support/test-folder.ts';
import { until } from '../../test/support/until.ts';
import { readConfig } from '../config.ts';
import type { Context } from '../context.ts';
import type { AlertRule, Scene } from './rule.ts';
import { RULES, type RuleName } from './rules.ts';

const fleet = await testFleet();

/** What a rule finds now. */
async function find(rule: RuleName, settings: Record<string, string> = {}, more: Partial<Context> = {}) {
  const [row] = await fleet.db.query<{ oldest: number | null }>(
    'select (extract(epoch from now() - min(available_at)) * 1000)::float8 as oldest from live_tasks where ready',
  );
  const health = { oldest_claimable_ms: row!.oldest } as Awaited<ReturnType<Context['coordinatorHealth']>>;
  const context = {
    ...fleet.desk.context,
    config: readConfig(settings),
    coordinatorHealth: async () => health,
    ...more,
  };
  const { look }: AlertRule = RULES[rule];
  return look({ context, components: {}, broken: [], replica: 'box:8000' } satisfies Scene);
}

test('WhooshAgentDown: an agent that went offline is found with its project, one that is drained or online is not', async () => {
  const project = await fleet.project();
  const [away, drained, online] = [await project.agent({ name: 'away' }), await project.agent(), await project.agent()];
  for (const { runner_id } of [away, drained])
    await fleet.db.query("update runners set last_seen_at = now() - interval '1 minute' where id = $1", [runner_id]);
  await fleet.db.query('update agents set draining = true where id = $1', [drained.id]);
  const found = (await find('WhooshAgentDown')).filter(({ project_id }) => project_id === project.id);
  expect(found).toEqual([
    {
      subject: away.id,
      project_id: project.id,
      summary: `Agent away on ${away.runner} is offline.`,
      detail: expect.stringMatching(/^It was last seen at 2.*Z\.$/),
    },
  ]);
  expect(found.map(({ subject }) => subject)).not.toContain(online.id);
});

test('WhooshQueueAge: a task that waits for longer than the setting says', async () => {
  const project = await fleet.project();
  const id = await project.task({ needs: { capabilities: ['nobody'] } });
  await fleet.change(id, "available_at = now() - interval '6 minutes'");
  expect(await find('WhooshQueueAge')).toMatchObject([{ subject: 'queue', project_id: null }]);
  expect(await find('WhooshQueueAge', { ALERT_QUEUE_AGE_MS: '420000' })).toEqual([]);
});

test('WhooshErrorRate: too many of the tasks that ended lately have failed, and there were enough to say so', async () => {
  const end = (state: string, count: number, ago: string) =>
    fleet.db.query(
      `insert into outcomes (task_id, project_id, state, epoch, finished_at)
       select gen_random_uuid(), $1, $2, 0, now() - $4::interval from generate_series(1, $3)`,
      [PROJECT, state, count, ago],
    );
  onTestFinished(async () => void (await fleet.db.query('delete from outcomes where epoch = 0')));
  await end('failed', 30, '11 minutes');
  await end('failed', 6, '1 minute');
  expect(await find('WhooshErrorRate')).toEqual([]);
  await end('succeeded', 14, '1 minute');
  expect(await find('WhooshErrorRate')).toMatchObject([{ summary: '6 of the last 20 tasks have failed.' }]);
  expect(await find('WhooshErrorRate', { ALERT_ERROR_PERCENT: '30' })).toEqual([]);
});

test('WhooshPoolExhausted: a pool whose callers wait while it has nothing to give', async () => {
  const pool = testPool(fleet.url, { min: 0, max: 1 });
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const all = [pool.transaction(() => held), pool.query('select 1')];
  await until(() => pool.stats().waiting === 1);
  expect(await find('WhooshPoolExhausted', {}, { db: pool })).toMatchObject([
    { subject: 'api pool of box:8000', detail: 'Callers that wait: 1. Connections in use: 1, all of them.' },
  ]);
  release();
  await Promise.all(all);
  expect(await find('WhooshPoolExhausted')).toEqual([]);
});

test('WhooshMemoryHigh: more in memory than the setting says', async () => {
  expect(await find('WhooshMemoryHigh', { ALERT_MEMORY_MB: '1' })).toMatchObject([{ subject: 'box:8000' }]);
  expect(await find('WhooshMemoryHigh', { ALERT_MEMORY_MB: '1048576' })).toEqual([]);
});

test('WhooshKeyExpires: a key that ends soon, unless it was made for a short time or is revoked', async () => {
  const key = async (name: string, created: string, expires: string, revoked = false) => {
    const id = randomUUID();
    await fleet.db.query(
      `insert into api_keys (id, project_id, role, name, secret_hash, created_at, expires_at, revoked_at)
       values ($1, $2, 'viewer', $3, '', now() - $4::interval, now() + $5::interval, case when $6 then now() end)`,
      [id, PROJECT, name, created, expires, revoked],
    );
    return id;
  };
  const ends = await key('ci', '1 year', '13 days');
  await key('late', '1 year', '15 days');
  await key('of a build', '0 hours', '1 hour');
  await key('revoked', '1 year', '1 day', true);
  await key('over', '1 year', '-1 day');
  expect(await find('WhooshKeyExpires')).toMatchObject([{ subject: ends, project_id: PROJECT }]);
});

test('WhooshCertificateExpires: a certificate that ends soon or is not usable any more', async () => {
  const folder = await testFolder();
  const { cert, key } = makeCertificate(folder, 'server', 20);
  const tls = { TLS_CERT: cert, TLS_KEY: key };
  expect(await find('WhooshCertificateExpires', tls)).toEqual([]);
  const config = readConfig({ ...tls, ALERT_EXPIRY_DAYS: '21' });
  expect(await find('WhooshCertificateExpires', {}, { config })).toMatchObject([{ subject: `${cert} of box:8000` }]);
  await rm(cert);
  const [unusable] = await find('WhooshCertificateExpires', {}, { config });
  expect(unusable!.detail).toContain('TLS_CERT=');
  expect(await find('WhooshCertificateExpires')).toEqual([]);
});

test('WhooshOrphanTasks and WhooshInvariantBroken: what the audit found, at once', async () => {
  const whoosh = await alertReplica();
  whoosh.state.broken = [
    { id: 'I8', sentence: 'No orphan', broken: 1 },
    { id: 'I5', sentence: 'Slots add up', broken: 2 },
  ];
  await whoosh.look();
  expect((await whoosh.list()).map(({ rule, subject, severity }) => [rule, subject, severity]).sort()).toEqual([
    ['WhooshInvariantBroken', 'I5', 'critical'],
    ['WhooshOrphanTasks', 'I8', 'critical'],
  ]);
});

test('names that agents and people give are bounded, of one line, and storable', async () => {
  const whoosh = await alertReplica();
  whoosh.state.broken = [{ id: 'I5', sentence: `a\u0000b\ud800 ${'x'.repeat(5000)}`, broken: 1 }];
  const id = randomUUID();
  await whoosh.db.query(
    `insert into api_keys (id, role, name, secret_hash, created_at, expires_at)
     values ($1, 'viewer', $2, '', now() - interval '1 year', now() + interval '1 day')`,
    [id, `two\nlines ${'y'.repeat(1000)}`],
  );
  await whoosh.look();
  const alerts = await whoosh.list();
  const of = (rule: string) => alerts.find((one) => one.rule === rule)!;
  expect(of('WhooshInvariantBroken').detail).toHaveLength(2000);
  expect(of('WhooshKeyExpires').summary).toMatch(/^The API key "two lines y+…$/);
  expect(of('WhooshKeyExpires').summary).toHaveLength(300);
});
