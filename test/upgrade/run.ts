import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownTable } from '../../scripts/markdown-table.ts';
import { startEmbedded } from '../../src/db/embedded/start.ts';
import { openPool } from '../../src/db/pool.ts';
import { createLog } from '../../src/lib/log.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { checkOut, previousRelease, removeCheckout } from './check-out.ts';
import { type Rolled, roll, type Shown } from './roll.ts';

/** `npm run upgrade`: the release before and this one side by side, about two minutes; `-- --keep` keeps the logs. Exit 1 when a promise was broken. */

const say = (text: string) => void process.stdout.write(`${text}\n`);
const began = performance.now();
const release = await previousRelease();
const home = await scratchFolder();
const checkout = join(home, 'old');
await using ends = new AsyncDisposableStack();
const keep = process.argv.includes('--keep');
ends.defer(async () => {
  if (keep) say(`Logs are kept in ${join(home, 'site')}`);
  else await rm(home, { recursive: true, force: true, maxRetries: 5 });
});
ends.defer(async () => void (await removeCheckout(checkout).catch(() => {}))); // It may not be there yet.
say(`The release before is ${release}; it is checked out and installed ...`);
const old = await checkOut(release, checkout);
const folder = join(home, 'site');
await mkdir(folder, { recursive: true });
const settings = { fsync: 'off', max_connections: '200' };
const postgres = await startEmbedded({ dataDir: join(home, 'database'), log: createLog('error', false), settings });
ends.defer(() => postgres.stop());
const limits = { min: 0, max: 4, recycleS: 3600, connectTimeoutMs: 10_000, queryTimeoutMs: 30_000 };
const db = openPool({ url: postgres.url, name: 'upgrade', ...limits });
ends.defer(() => db.close());
const rolled = await roll(old, { folder, databaseUrl: postgres.url, db }, ({ what, seconds }) =>
  say(`  ${what}: ${seconds.toFixed(1)} s`),
);
say(
  `\n${new Date().toISOString().slice(0, 10)}, ${release} -> this [U1], ${Math.round((performance.now() - began) / 1000)} s\n`,
);
say(table(rolled.shown));
for (const { what, why } of rolled.notShown) say(`not shown: ${what}: ${release} ${why}\n`);
say(summary(rolled));
for (const problem of rolled.problems) say(`FAILED: ${problem}`);
process.exitCode = rolled.problems.length ? 1 : 0;

function table(steps: Shown[]): string {
  const head = ['step', 'servers', 's', 'acknowledged', '503', 'not reached', 'other refusals'];
  const row = ({ what, replicas, seconds, acknowledged, refused503, unreachable, odd }: Shown) =>
    [what, replicas, seconds.toFixed(1), acknowledged, refused503, unreachable, odd.length].map(String);
  return markdownTable(head, steps.map(row));
}

function summary({ tasks, told, done, leasesLost, problems }: Rolled): string {
  const by = Object.entries(done).map(([name, count]) => `${count} by the ${name} runner`);
  const verdict = problems.length ? 'BROKEN' : 'nothing lost, one outcome each, every invariant holds';
  return `${tasks} tasks acknowledged, ${told} ends told, done ${by.join(' and ')}, ${leasesLost} leases lost: ${verdict}`;
}
