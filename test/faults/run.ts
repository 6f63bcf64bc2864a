import { rm } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { Command } from 'commander';
import { chanceOf } from '../support/chance.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { FAULTS } from './faults.ts';
import { makeCluster } from './fleet/cluster.ts';
import { type Fleet, type FleetMeans, startFleet } from './fleet/fleet.ts';
import { openWarden } from './fleet/warden.ts';
import { writeReliabilityPage } from './reliability-page.ts';
import { type Result, table } from './report.ts';
import { runFault } from './run-fault.ts';

type Options = { only?: string; seed: string; seconds?: string; list?: true; keep?: true; lanes: string };

const { only, seed, seconds, list, keep, lanes } = new Command()
  .option('--only <names>', 'these faults, separated by commas')
  .option('--seed <number>', 'of everything that is left to chance', String(Date.now() % 1_000_000))
  .option('--seconds <number>', 'shortest time of the load of each fault')
  .option('--lanes <number>', 'fleets at once', '2')
  .option('--keep', 'keep the logs of replicas and PostgreSQL')
  .option('--list', 'print the faults and end')
  .parse()
  .opts<Options>();

if (list) {
  for (const { name, what } of FAULTS) process.stdout.write(`${name.padEnd(28)} ${what}\n`);
  process.exit();
}

const names = only?.split(',');
const unknown = names?.find((name) => !FAULTS.some((fault) => fault.name === name));
if (unknown) {
  process.stderr.write(`There is no fault "${unknown}"; see --list.\n`);
  process.exit(2);
}
const wanted = FAULTS.filter(({ name }) => names?.includes(name) ?? true);

const beganAt = performance.now();
const warden = openWarden();
const home = await scratchFolder();
if (!keep) warden.remove(home);
else process.stdout.write(`Logs are kept in ${home}\n`);
const dispose = async (folder: string) =>
  keep ? undefined : rm(folder, { recursive: true, force: true, maxRetries: 5 });
const cluster = await makeCluster(`${home}/cluster`);
const results = new Map<string, Result>();
const waiting = [...wanted];
await Promise.all(Array.from({ length: Number(lanes) }, lane));
const ordered = wanted.map(({ name }) => results.get(name)!);
const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
const took = Math.round((performance.now() - beganAt) / 1000);
const heading = `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, PostgreSQL ${cluster.version}, ${machine}, seed ${seed}, ${took} s`;
process.stdout.write(`\n${heading}\n\n${table(ordered)}`);
if (!only) await writeReliabilityPage(heading, ordered);
await warden.close();
process.exit(ordered.some(({ problems }) => problems.length) ? 1 : 0);

/** Takes one fault after the other; harmless ones that need nothing special share a fleet. */
async function lane(): Promise<void> {
  let fleet: Fleet | undefined;
  for (let fault = waiting.shift(); fault; fault = waiting.shift()) {
    const fits = fleet !== undefined && !fault.fleet;
    if (!fits) await fleet?.close();
    const chance = chanceOf(Number(seed));
    const means: FleetMeans = { cluster, home, warden, chance, dispose };
    try {
      fleet = fits ? fleet! : await startFleet(means, fault.fleet);
      const result = await runFault(fleet, fault, chance, seconds === undefined ? undefined : Number(seconds));
      tell(result);
      results.set(fault.name, result);
      if (result.problems.length === 0 && fault.harmless && !fault.fleet) continue;
    } catch (error) {
      const { name, what } = fault;
      const result = {
        name,
        what,
        seconds: 0,
        verdict: undefined,
        problems: [(error as Error).stack ?? String(error)],
      };
      tell(result);
      results.set(name, result);
    }
    await fleet?.close();
    fleet = undefined;
  }
  await fleet?.close();
}

function tell({ name, seconds: took, problems }: Result): void {
  process.stdout.write(`${problems.length ? 'FAILED' : 'held  '} ${name} (${took.toFixed(1)} s)\n`);
  for (const problem of problems) process.stdout.write(`       ${problem}\n`);
}
