import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../support/until.ts';
import { countUnfinished, whyUnfinished } from './audit.ts';
import { type Checkout, THIS } from './check-out.ts';
import type { Place, Scene } from './scene.ts';

export type Step = {
  what: string;
  /** How long it lasts at least. */
  seconds: number;
  act?(scene: Scene): Promise<void>;
  /** Why this step cannot be shown with that version before, said of the version; nothing when it can. */
  whyNot?(old: Checkout): string | undefined;
};

const ALL_END_MS = 120_000;

/** A rolling upgrade and its roll back, as docs/operate/upgrade.md orders them. */
export const STEPS: Step[] = [
  { what: 'two of the version before', seconds: 8 },
  { what: 'the schema is migrated by this version', seconds: 5, act: ({ place }) => migrate(place) },
  {
    what: 'one of each',
    seconds: 10,
    async act({ start, stop }) {
      await start(THIS, 'new-1');
      await stop('old-2');
    },
  },
  { what: 'this version is stopped again', seconds: 5, act: ({ stop }) => stop('new-1') },
  {
    what: 'two of this version',
    seconds: 8,
    async act({ start, stop }) {
      for (const name of ['new-2', 'new-3']) await start(THIS, name);
      await stop('old-1');
    },
  },
  {
    what: 'one is rolled back',
    seconds: 8,
    whyNot: whyNotOnLaterSchema,
    async act({ old, start, stop }) {
      await start(old, 'old-3');
      await stop('new-3');
    },
  },
  { what: 'the load ends, all work is done', seconds: 0, act: endLoad },
];

/** `whoosh db migrate` of this version, while servers of the version before work. */
async function migrate({ databaseUrl }: Place): Promise<void> {
  const { PATH, HOME } = process.env;
  // Nothing else of the shell's: its DATABASE_DIRECT_URL would be migrated instead.
  const env = { PATH, HOME, DATABASE_URL: databaseUrl };
  await promisify(execFile)(process.execPath, [join(THIS.folder, 'bin/whoosh.js'), 'db', 'migrate'], { env });
}

/** Versions before this migration do not start on the schema of a later one: one that runs goes on. */
function whyNotOnLaterSchema({ folder }: Checkout): string | undefined {
  if (existsSync(join(folder, 'migrations/0011_cluster.sql'))) return undefined;
  return 'is older than migration 0011 and does not start on a later schema';
}

async function endLoad({ load, client, problems, place: { db } }: Scene): Promise<void> {
  await load.end();
  const allDone = async () => (await countUnfinished(db)) === 0;
  await until(allDone, { timeoutMs: ALL_END_MS }).catch(async () => problems.push(await whyUnfinished(db, client)));
}
