import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '../../src/client/client.ts';
import type { Db } from '../../src/db/database.ts';
import { openBalancer } from '../faults/fleet/balancer.ts';
import { until } from '../support/until.ts';
import { type Audit, audit, countUnfinished, whyUnfinished } from './audit.ts';
import { type Checkout, THIS } from './check-out.ts';
import { followAll } from './follower.ts';
import { type Met, startLoad } from './load.ts';
import { type Replica, type Site, startReplica } from './replica.ts';
import { startRunner } from './runner.ts';

export type Step = Met & { what: string; replicas: string; seconds: number };
export type Rolled = Audit & { steps: Step[]; told: number; tasks: number };

const PER_SECOND = 6;
const ALL_END_MS = 120_000;

/**
 * A rolling upgrade and its roll back, as docs/operate/upgrade.md orders them, under load and with a runner of each
 * version: two old servers, the new schema, one new beside one old, the old one alone, two new, one old again. `say` is told each step.
 */
export async function roll(old: Checkout, site: Omit<Site, 'key'>, db: Db, say: (step: Step) => void): Promise<Rolled> {
  await using ends = new AsyncDisposableStack();
  const replicas: Replica[] = [];
  const runners: (() => Promise<unknown>)[] = [];
  // Servers last: they would wait for what runners hold.
  ends.defer(async () => void (await Promise.all(replicas.map((one) => one.stop()))));
  ends.defer(async () => void (await Promise.all(runners.map((stop) => stop()))));
  const firstSite = { ...site, key: '' };
  const start = async (version: Checkout, name: string, at: Site) => {
    const replica = await startReplica(version, name, at);
    replicas.push(replica);
    return replica;
  };
  const first = await start(old, 'old-1', firstSite);
  const key = (await readFile(join(site.folder, 'old-1', 'admin.key'), 'utf8')).trim();
  const full = { ...site, key };
  const second = await start(old, 'old-2', full);
  const balancer = await openBalancer(replicas);
  ends.defer(() => balancer.close());
  const client = createClient({ url: balancer.url, key });
  for (const version of [old, THIS]) {
    runners.push(await startRunner(version, balancer.url, client, full));
  }
  const follower = followAll(client);
  const load = startLoad(balancer.url, key, PER_SECOND);
  const problems: string[] = [];
  const steps: Step[] = [];
  const step = async (what: string, seconds: number, act = async () => {}) => {
    const began = performance.now();
    await act();
    const enough = () => performance.now() - began > seconds * 1000;
    await until(enough, { timeoutMs: seconds * 1000 + 1000 });
    const up = replicas.filter(({ isRunning }) => isRunning).map(({ version }) => version);
    const done = { what, replicas: up.join(' + '), seconds: (performance.now() - began) / 1000, ...load.take() };
    problems.push(...done.odd.map((odd) => `${what}: ${odd}`));
    steps.push(done);
    say(done);
  };
  const stop = async (replica: Replica) => {
    const exit = await replica.stop();
    if (exit !== 0) problems.push(`${replica.name} ended with ${exit}`);
  };
  await step('two of the version before', 8);
  await step('the schema is migrated by this version', 5, () => migrate(site));
  await step('one of each', 10, async () => {
    await start(THIS, 'new-1', full);
    await stop(second);
  });
  await step('this version is stopped again', 5, () => stop(replicas.at(-1)!));
  await step('two of this version', 8, async () => {
    for (const name of ['new-2', 'new-3']) await start(THIS, name, full);
    await stop(first);
  });
  if (startsOnLaterSchema(old)) {
    await step('one is rolled back', 8, async () => {
      await start(old, 'old-3', full);
      await stop(replicas.find(({ name }) => name === 'new-3')!);
    });
  }
  await step('the load ends, all work is done', 0, async () => {
    await load.end();
    const allDone = async () => (await countUnfinished(db)) === 0;
    await until(allDone, { timeoutMs: ALL_END_MS }).catch(async () => problems.push(await whyUnfinished(db, client)));
  });
  const told = () => load.ids.every((id) => follower.ends.includes(id));
  await until(told, { timeoutMs: 10_000 }).catch(() => problems.push('The end of some task was not told'));
  if (new Set(follower.ends).size < follower.ends.length) problems.push('The end of some task was told twice');
  await follower.end();
  const found = await audit(db, load.ids);
  problems.push(...follower.problems, ...found.problems);
  return { ...found, steps, problems, told: follower.ends.length, tasks: load.ids.length };
}

/** Versions before this migration do not start on the schema of a later one: one that runs goes on. */
const startsOnLaterSchema = ({ folder }: Checkout): boolean => existsSync(join(folder, 'migrations/0011_cluster.sql'));

/** `whoosh db migrate` of this version, while servers of the version before work. */
async function migrate({ databaseUrl }: Omit<Site, 'key'>): Promise<void> {
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  await promisify(execFile)(process.execPath, [join(THIS.folder, 'bin/whoosh.js'), 'db', 'migrate'], { env });
}
