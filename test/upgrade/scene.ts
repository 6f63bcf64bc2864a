import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, createClient } from '../../src/client/client.ts';
import type { Db } from '../../src/db/database.ts';
import { openBalancer } from '../faults/fleet/balancer.ts';
import { type Checkout, THIS } from './check-out.ts';
import { followAll } from './follower.ts';
import { startLoad } from './load.ts';
import { type Replica, type Site, startReplica } from './replica.ts';
import { startRunner } from './runner.ts';

/** Where an upgrade takes place: its folder, the database, and the same database for questions of the test. */
export type Place = Omit<Site, 'key'> & { db: Db };

type Servers = {
  replicas: Replica[];
  /** Sentences on what must not be. */
  problems: string[];
  /** Starts a server behind the balancer; it is ready then. */
  start(version: Checkout, name: string): Promise<void>;
  /** Stops one; it must end with 0. */
  stop(name: string): Promise<void>;
};

/** All that takes part in an upgrade. */
export type Scene = Servers & {
  old: Checkout;
  place: Place;
  client: Client;
  follower: ReturnType<typeof followAll>;
  load: ReturnType<typeof startLoad>;
  close(): Promise<void>;
};

const PER_SECOND = 6;

/** Two servers of the version before behind a balancer, a runner of each version, a follower of all events, and load. */
export async function openScene(old: Checkout, place: Place): Promise<Scene> {
  await using ends = new AsyncDisposableStack();
  const site = { ...place, key: '' };
  const servers = openServers(site);
  const runners: (() => Promise<void>)[] = [];
  // Servers last: they would wait for what runners hold.
  ends.defer(async () => void (await Promise.all(servers.replicas.map((one) => one.stop()))));
  ends.defer(async () => void (await Promise.all(runners.map((stop) => stop()))));
  await servers.start(old, 'old-1');
  // The first has made it; all others are given it.
  site.key = (await readFile(join(site.folder, 'old-1', 'admin.key'), 'utf8')).trim();
  await servers.start(old, 'old-2');
  const { url, close } = await openBalancer(servers.replicas);
  ends.defer(close);
  const client = createClient({ url, key: site.key });
  for (const version of [old, THIS]) runners.push(await startRunner(version, url, client, site));
  const follower = followAll(client);
  const load = startLoad(url, site.key, PER_SECOND);
  const closing = ends.move();
  return { ...servers, old, place, client, follower, load, close: () => closing.disposeAsync() };
}

function openServers(site: Site): Servers {
  const replicas: Replica[] = [];
  const problems: string[] = [];
  return {
    replicas,
    problems,
    async start(version, name) {
      replicas.push(await startReplica(version, name, site));
    },
    async stop(name) {
      const exit = await replicas.find((one) => one.name === name)!.stop();
      if (exit !== 0) problems.push(`${name} ended with ${exit}`);
    },
  };
}
