// Two replicas in production mode, each held to 512 MB and half a core, behind a balancer and on a PostgreSQL of its own:
// clients at work for ten minutes, PostgreSQL crashes after a quarter of them, both replicas are restarted after half.
// Usage: npm run example two-replicas -- --minutes 2
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from '../../src/client/client.ts';
import { openPool, type PoolDb } from '../../src/db/pool.ts';
import { openWarden } from '../../test/faults/fleet/warden.ts';
import { scratchFolder } from '../../test/support/scratch-folder.ts';
import { end } from '../process.ts';
import { type Balancer, openBalancer, untilBalanced } from './balancer.ts';
import { type Book, openBook } from './book.ts';
import { openCages } from './cage.ts';
import { type Check, checkAnswers, checkHealth, checkResources, checkTasks, type Outage } from './checks.ts';
import { runClients } from './clients.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { prepare } from './prepare.ts';
import { openReplica, type Replica } from './replica.ts';
import { report, say } from './report.ts';
import { type Sample, startSampling } from './samples.ts';
import { startWorkers } from './workers.ts';

const NAMES = ['replica-1', 'replica-2'];
const POSTGRES_AWAY_MS = 5000;
/** Queries of the example itself. */
const POOL = { name: 'example', min: 0, max: 2, recycleS: 3600, connectTimeoutMs: 5000, queryTimeoutMs: 60_000 };

const { values } = parseArgs({ args: process.argv.slice(3), options: { minutes: { type: 'string', default: '10' } } });
const loadMs = Number(values.minutes) * 60_000;
if (!(loadMs > 0)) throw new Error(`--minutes ${values.minutes} is not a number above 0.`);

const opened = new AsyncDisposableStack();
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => reject(new Error(`${signal}: everything is ended`)));
});
try {
  process.exitCode = (await Promise.race([show(), interrupted])) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  await opened.disposeAsync();
}
// What was interrupted may still wait for something.
process.exit();

async function show(): Promise<boolean> {
  const warden = openWarden();
  opened.defer(() => warden.close());
  const folder = await scratchFolder();
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const postgres = await startPostgres(join(folder, 'postgres'), warden);
  opened.defer(() => postgres.stop('fast'));
  const db = openPool({ ...POOL, url: postgres.url });
  opened.defer(() => db.close());
  const { env, key } = await prepare(folder, postgres.url);

  const { about, cages } = await openCages(NAMES);
  for (const cage of cages) opened.defer(() => cage.close());
  const replicas = await Promise.all(
    NAMES.map((name, at) => openReplica({ name, cage: cages[at]!, env, logFile: join(folder, `${name}.log`), warden })),
  );
  for (const replica of replicas) opened.defer(async () => void (await replica.stop()));
  await Promise.all(replicas.map((replica) => replica.start()));
  const balancer = await openBalancer(folder, replicas, warden);
  opened.defer(() => balancer.close());
  await untilBalanced(balancer);
  say(`2 replicas, 512 MB and half a core each: ${about}; before them: ${balancer.about}`);

  const { url } = balancer;
  const children = await startWorkers({ client: createClient({ url, key }), url, folder, warden });
  for (const child of children) opened.defer(() => end(child, 'SIGTERM'));
  say(`2 runners and a model server are online; clients at work for ${values.minutes} minutes`);

  const over = new AbortController();
  opened.defer(() => over.abort());
  const book = openBook();
  const sampling = startSampling(replicas);
  opened.defer(() => sampling.end());
  const began = performance.now();
  const working = runClients(url, key, book, over.signal);
  const [outage, exitCodes] = await Promise.race([harm({ postgres, replicas, balancer, began }), failureOf(working)]);
  over.abort();
  await working;
  const seconds = (performance.now() - began) / 1000;
  sampling.end();

  return report(book, seconds, await judge({ db, book, replicas, samples: sampling.samples, outage, exitCodes }));
}

type Shown = {
  db: PoolDb;
  book: Book;
  replicas: Replica[];
  samples: Map<string, Sample[]>;
  outage: Outage;
  exitCodes: (number | null)[];
};

async function judge({ db, book, replicas, samples, outage, exitCodes }: Shown): Promise<Check[]> {
  const checks = [
    await checkHealth(replicas),
    {
      title: 'exit codes of the restarted replicas, 0 each [S9]',
      found: exitCodes.join(', '),
      holds: exitCodes.every((code) => code === 0),
    },
    ...(await checkTasks(db, book)),
    ...checkAnswers(book, outage, [...samples.values()]),
  ];
  for (const { name, cage } of replicas) checks.push(...checkResources(name, samples.get(name)!, cage.throttledS()));
  return checks;
}

type Parts = { postgres: Postgres; replicas: Replica[]; balancer: Balancer; began: number };

/** Does the harm at its time, and waits until the load is over. */
async function harm({ postgres, replicas, balancer, began }: Parts): Promise<[Outage, (number | null)[]]> {
  const until = (part: number) => pause(Math.max(0, began + part * loadMs - performance.now()));
  await until(0.25);
  const outage = await crashPostgres(postgres, balancer);
  await until(0.5);
  const exitCodes = await restartAll(replicas, balancer);
  await until(1);
  return [outage, exitCodes];
}

async function crashPostgres(postgres: Postgres, balancer: Balancer): Promise<Outage> {
  const from = performance.now();
  await postgres.stop('immediate');
  await pause(POSTGRES_AWAY_MS);
  await postgres.start();
  await untilBalanced(balancer);
  const to = performance.now();
  say(`PostgreSQL crashed; both replicas were ready again ${((to - from) / 1000).toFixed(1)} s later`);
  return { from, to };
}

/** One after the other, as every orchestrator does it. */
async function restartAll(replicas: Replica[], balancer: Balancer): Promise<(number | null)[]> {
  const exitCodes: (number | null)[] = [];
  for (const replica of replicas) {
    const began = performance.now();
    exitCodes.push(await replica.stop());
    await replica.start();
    await untilBalanced(balancer);
    say(`${replica.name} restarted within ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  return exitCodes;
}

/** Only fails: the clients end when they are told to. */
async function failureOf(working: Promise<void>): Promise<never> {
  await working;
  throw new Error('The clients ended before their time.');
}
