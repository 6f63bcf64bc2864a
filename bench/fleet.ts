import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readConfig } from '../src/config.ts';
import { openDatabase } from '../src/db/connect.ts';
import type { Db } from '../src/db/database.ts';
import { createLog } from '../src/lib/log.ts';
import { createKey } from '../src/members/create-key.ts';
import { atMost } from './at-most.ts';
import { enrolFleet } from './enrol-fleet.ts';
import type { Figure } from './figure.ts';
import { capabilityOf, HOLDING } from './fleet-kinds.ts';
import { type FleetLoad, startFleetLoad } from './fleet-load.ts';
import { percentile } from './percentile.ts';
import { openPostgres } from './postgres-server.ts';
import { processorSeconds } from './processor-seconds.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { COUNTING, countStatements } from './statement-count.ts';

const RUNNERS = 2000;
const STREAMS = 500;
/** A replica gives one credential 200 streams. */
const KEYS = 5;
const HEAP = '--max-old-space-size=384';
const REST_MS = 15_000;
/** Until every runner has polled and been put on record. */
const SETTLE_MS = 5000;
const TASKS = 300;
const EVERY_MS = 50;
/** Every tenth stream is told of four events a task, of 100 bytes and more. */
const LEAST_STREAMED = (STREAMS / 10) * TASKS * 4 * 100;

type Scene = {
  db: Db;
  server: ServerProcess;
  load: FleetLoad;
  statements: Awaited<ReturnType<typeof countStatements>>;
};

/**
 * One replica with 384 MiB of heap and 2,000 runners that poll on: first all are idle, then 500 of them hold a task and
 * renew its lease, then 20 tasks a second come and go beside that; then the latter two again with 500 event streams, 50
 * of everything and 450 of one task each. Processor and memory are of the replica's process; PostgreSQL and the runners
 * are processes of their own.
 */
export async function fleet(): Promise<Figure[]> {
  const postgres = await openPostgres(COUNTING);
  const dataDir = await mkdtemp(join(tmpdir(), 'whoosh-bench-'));
  const config = readConfig({ DATABASE_URL: await postgres.newDatabase('fleet') });
  const env = { DATABASE_URL: config.databaseUrl, WHOOSH_LOCAL_RUNNER: 'off', NODE_OPTIONS: HEAP };
  const server = await startServerProcess(dataDir, env);
  const database = openDatabase(config, createLog('warn', false));
  const load = startFleetLoad();
  try {
    await requireHeapLimit(server);
    const db = database.api;
    const scene = { db, server, load, statements: await countStatements(db) };
    const key = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
    const members = await enrolFleet(db, RUNNERS, (n) => ({ capabilities: [capabilityOf(n)], slots: 1 }));
    await db.query('analyze');
    await load.ask({ ask: 'poll', url: server.url, key, members });
    await pause(SETTLE_MS);
    const idle = await watch(scene, () => pause(REST_MS));
    await load.ask({ ask: 'hold' });
    const name = `${RUNNERS.toLocaleString('en')} runners, ${HOLDING} leases`;
    const alone = await measure(scene, name);
    await load.ask({ ask: 'follow', keys: await viewerKeys(db), streams: STREAMS });
    const watched = await measure(scene, `${name}, ${STREAMS} event streams`);
    const { streamed } = await load.ask({ ask: 'tell' });
    if (streamed < LEAST_STREAMED) throw new Error(`The event streams were told ${streamed} bytes only.`);
    return [idleFigure(idle), ...alone, ...watched];
  } finally {
    await load.stop();
    await database.close();
    await server.stop();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The figures would be of another server if the limit had been lost on its way. */
async function requireHeapLimit({ child }: ServerProcess): Promise<void> {
  const environment = await readFile(`/proc/${child.pid}/environ`, 'utf8');
  if (!environment.split('\0').includes(`NODE_OPTIONS=${HEAP}`)) throw new Error(`The replica runs without ${HEAP}.`);
}

async function viewerKeys(db: Db): Promise<string[]> {
  const create = () => createKey(db, 'bench', { name: 'bench', role: 'viewer', project_id: null });
  const keys = await Promise.all(Array.from({ length: KEYS }, create));
  return keys.map(({ secret }) => secret);
}

function idleFigure({ statements, cores }: { statements: number; cores: number }): Figure {
  const what = `${RUNNERS.toLocaleString('en')} idle runners: statements a second of each (${cores.toFixed(2)} cores)`;
  // Without pg_stat_statements there is nothing to judge.
  if (Number.isNaN(statements)) return { what, measured: 'not counted: no pg_stat_statements' };
  return atMost(what, statements / RUNNERS, 0.1, '', 3);
}

async function measure(scene: Scene, name: string): Promise<Figure[]> {
  const rest = await watch(scene, () => pause(REST_MS));
  const { answer, ...work } = await watch(scene, () =>
    scene.load.ask({ ask: 'work', tasks: TASKS, everyMs: EVERY_MS }),
  );
  const rate = `${1000 / EVERY_MS} tasks/s`;
  const claim = (share: number) => percentile(answer.late, share);
  const mib = Math.max(rest.mib, work.mib);
  const p99 = `submit to grant, p99 (p50 ${claim(0.5).toFixed(1)}, max ${claim(1).toFixed(1)} ms, ${TASKS} tasks, ${answer.repeated} requests repeated)`;
  return [
    atMost(`${name}: processor at rest`, rest.cores, 0.5, 'cores', 2),
    atMost(`${name}: processor at ${rate}`, work.cores, 0.5, 'cores', 2),
    atMost(`${name}: memory`, mib, 400, 'MiB', 0),
    atMost(`${name}: ${p99}`, claim(0.99), 100, 'ms', 1),
  ];
}

/** What the replica takes while something is done; its memory at the most. */
async function watch<T>({ server, statements }: Scene, act: () => Promise<T>) {
  const pid = server.child.pid!;
  let bytes = 0;
  const look = setInterval(() => (bytes = Math.max(bytes, server.rssBytes())), 250);
  const before = await statements?.();
  const [begunAt, used] = [performance.now(), processorSeconds(pid)];
  const answer = await act().finally(() => clearInterval(look));
  const seconds = (performance.now() - begunAt) / 1000;
  const cores = (processorSeconds(pid) - used) / seconds;
  const count = statements ? (await statements()) - before! : Number.NaN;
  return { answer, cores, mib: bytes / 2 ** 20, statements: count / seconds };
}
