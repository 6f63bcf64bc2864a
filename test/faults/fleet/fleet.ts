import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chance } from '../../support/chance.ts';
import { until } from '../../support/until.ts';
import { type Ledger, openLedger } from '../ledger.ts';
import { type FleetAgent, openAgent } from './agent.ts';
import { type Client, openClient } from './client.ts';
import type { Cluster } from './cluster.ts';
import { openRunner } from './open-runner.ts';
import { openPostgres, type Postgres } from './postgres.ts';
import { openReplica, type Replica } from './replica.ts';
import type { FleetRunner } from './runner.ts';
import { SHORT } from './short.ts';
import type { Warden } from './warden.ts';

export type FleetOptions = {
  /** Replicas, agents and runners; default 3, 4, 4. */
  replicas?: number;
  agents?: number;
  runners?: number;
  /** Settings of every replica, beside the shortened times. */
  env?: Record<string, string>;
  /** More settings of the first, second and third. */
  envs?: Record<string, string>[];
  /** Modules (file URLs) that every replica loads before the product. */
  preloads?: string[];
  /** Of PostgreSQL. */
  postgresSettings?: Record<string, string>;
  /** In place of the one server that every other fleet has. */
  openPostgres?(cluster: Cluster, folder: string, warden: Warden): Promise<Postgres>;
};

/** Everything a fault may lay hands on. */
export type Fleet = {
  postgres: Postgres;
  replicas: Replica[];
  agents: FleetAgent[];
  runners: FleetRunner[];
  client: Client;
  chance: Chance;
  warden: Warden;
  /** The book of the fault that runs. */
  readonly ledger: Ledger;
  /** Says what is wrong; the fault counts as failed. */
  complain(sentence: string): void;
  /** What was complained of since the last call. */
  takeComplaints(): string[];
  /** Begins an empty book. */
  newLedger(): Ledger;
  /** Scratch space that goes with the fleet; also the logs of replicas and PostgreSQL. */
  folder: string;
  close(): Promise<void>;
};

export type FleetMeans = {
  cluster: Cluster;
  home: string;
  warden: Warden;
  chance: Chance;
  /** What becomes of the folder of a fleet that has ended. */
  dispose(folder: string): Promise<void>;
};

let fleets = 0;

/** Starts PostgreSQL, replicas, model servers and runners, and waits until all of them are at work (about 4 s). */
export async function startFleet(means: FleetMeans, options: FleetOptions = {}): Promise<Fleet> {
  await using opened = new AsyncDisposableStack();
  const { cluster, chance, warden } = means;
  const folder = join(means.home, `fleet-${++fleets}`);
  await mkdir(folder);
  await chmod(folder, 0o711);
  opened.defer(() => means.dispose(folder));
  let ledger = openLedger();
  const complaints: string[] = [];
  const begin = options.openPostgres ?? ((...given) => openPostgres(...given, options.postgresSettings));
  const postgres = await begin(cluster, join(folder, 'postgres'), warden);
  opened.defer(() => postgres.close());
  const common: Common = { opened, chance, ledger: () => ledger };
  const agents = await times(options.agents ?? 4, (n) => addModelServer(n, common));
  const replicas = await times(options.replicas ?? 3, (n) =>
    addReplica(n, { postgres, folder, means, options, common }),
  );
  await Promise.all(replicas.map((replica) => replica.start()));
  const client = openClient({ replicas, key: cluster.key, ...common });
  await Promise.all(agents.map((agent) => addAgent(client, agent)));
  const runners = await times(options.runners ?? 4, (n) => addRunner(n, { replicas, client, common }));
  await until(async () => (await onlineAgents(client)) === agents.length + runners.length, { timeoutMs: 20_000 });
  const closing = opened.move();
  return {
    postgres,
    replicas,
    agents,
    runners,
    client,
    chance,
    warden,
    folder,
    get ledger() {
      return ledger;
    },
    complain: (sentence) => void complaints.push(sentence),
    takeComplaints: () => complaints.splice(0),
    newLedger() {
      ledger = openLedger();
      return ledger;
    },
    close: () => closing.disposeAsync(),
  };
}

/** What all parts of a fleet share; a part that was opened ends with `opened`. */
type Common = { opened: AsyncDisposableStack; chance: Chance; ledger: () => Ledger };

/** One after the other, so that the same seed gives each the same draws. */
async function times<T>(count: number, open: (n: number) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let n = 0; n < count; n++) all.push(await open(n));
  return all;
}

async function addModelServer(n: number, { opened, ...common }: Common): Promise<FleetAgent> {
  const agent = await openAgent({ name: `model-${n + 1}`, kind: n % 2 ? 'openai' : 'ollama', ...common });
  opened.defer(() => agent.close());
  return agent;
}

type ReplicaParts = { postgres: Postgres; folder: string; means: FleetMeans; options: FleetOptions; common: Common };

async function addReplica(n: number, { postgres, folder, means, options, common }: ReplicaParts): Promise<Replica> {
  const { cluster, warden, chance } = means;
  const replica = await openReplica(postgres, warden, {
    name: `replica-${n + 1}`,
    folder,
    key: cluster.key,
    env: { ...SHORT, ...options.env, ...options.envs?.[n] },
    preloads: options.preloads ?? [],
    random: chance.next,
    ledger: common.ledger,
  });
  common.opened.defer(() => replica.close());
  return replica;
}

type RunnerParts = { replicas: Replica[]; client: Client; common: Common };

async function addRunner(n: number, { replicas, client, common: { opened, ...common } }: RunnerParts) {
  const runner = await openRunner({ name: `runner-${n + 1}`, replicas, client, ...common });
  opened.defer(() => runner.kill());
  await runner.start();
  return runner;
}

/** Adds a model server and lets it be called. */
async function addAgent(client: Client, { name, kind, url }: FleetAgent): Promise<void> {
  await client.insist({ path: '/agents', body: { name, kind, url, max_concurrent: 16 } });
  await client.insist({ path: `/agents/${name}/approve` });
}

async function onlineAgents(client: Client): Promise<number> {
  const { body } = await client.call({ method: 'GET', path: '/agents' });
  return (body.items as { status: string }[]).filter(({ status }) => status === 'online').length;
}
