import { rm } from 'node:fs/promises';
import { Command } from 'commander';
import { startEmbedded } from '../../src/db/embedded/start.ts';
import { createLog } from '../../src/lib/log.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { apply } from './apply.ts';
import { copyTree } from './copy-tree.ts';
import { judge, type Verdict } from './judge.ts';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';
import { runTests, type TestRun } from './run-tests.ts';

/** `npm run mutants [-- --only NAME[,NAME]] [-- --list]`: weakens one guard after the other and sees whether tests notice. */

const AT_ONCE = 2;
const LIMIT_MS = 90_000;
const WHOLE_LIMIT_MS = 600_000;

const { only, list } = new Command()
  .option('--only <names>', 'these mutants, separated by commas')
  .option('--list', 'print the mutants and end')
  .parse()
  .opts<{ only?: string; list?: true }>();

const say = (line: string) => process.stdout.write(`${line}\n`);
if (list) {
  for (const { name, why } of MUTANTS) say(`${name.padEnd(30)} ${why}`);
  process.exit();
}
const names = only?.split(',');
const wanted = MUTANTS.filter(({ name }) => names?.includes(name) ?? true);
if (names && wanted.length < names.length) {
  say('There is no such mutant; see --list.');
  process.exit(2);
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(WHOLE_LIMIT_MS)]);

const home = await scratchFolder();
const settings = { fsync: 'off', max_connections: '300' };
const postgres = await startEmbedded({ dataDir: home, log: createLog('error', false), settings });
try {
  process.exitCode = (await runAll()) ? 0 : 1;
} finally {
  await postgres.stop();
  await rm(home, { recursive: true, force: true });
}

async function runAll(): Promise<boolean> {
  const copies = await Promise.all(Array.from({ length: AT_ONCE }, () => copyTree(home)));
  if (!(await passUnmutated(copies[0]!))) return false;
  const waiting = [...wanted];
  const verdicts = await Promise.all(copies.map((copy) => takeEach(copy, waiting)));
  const caught = verdicts.flat().filter((one) => one.caught).length;
  if (signal.aborted) say('\nStopped before all were tried.');
  say(`\ncaught ${caught} of ${wanted.length}`);
  return caught === wanted.length;
}

/** A test that fails anyway catches nothing. */
async function passUnmutated(folder: string): Promise<boolean> {
  const tests = [...new Set(wanted.flatMap((mutant) => mutant.tests))];
  const { passed, failures, problem } = await runIn(folder, tests, WHOLE_LIMIT_MS / 2);
  const wrong = failures[0] ? `${failures[0].title}: ${failures[0].message}` : problem;
  say(
    wrong ? `The tests fail without any mutant: ${wrong}` : `${passed} tests in ${tests.length} files pass unmutated`,
  );
  return !wrong;
}

function runIn(folder: string, tests: string[], limitMs: number): Promise<TestRun> {
  return runTests({ folder, tests, databaseUrl: postgres.url, signal, limitMs });
}

async function takeEach(folder: string, waiting: Mutant[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let mutant = waiting.shift(); mutant && !signal.aborted; mutant = waiting.shift()) {
    const beganAt = performance.now();
    const verdict = await tryOut(folder, mutant);
    if (signal.aborted) break;
    const seconds = ((performance.now() - beganAt) / 1000).toFixed(1);
    say(
      `${verdict.caught ? 'caught  ' : 'SURVIVED'} ${mutant.name.padEnd(30)} ${seconds.padStart(5)} s  ${verdict.by}`,
    );
    verdicts.push(verdict);
  }
  return verdicts;
}

async function tryOut(folder: string, mutant: Mutant): Promise<Verdict> {
  try {
    const undo = await apply(folder, mutant);
    const run = await runIn(folder, mutant.tests, LIMIT_MS);
    await undo();
    return judge(run);
  } catch (error) {
    return { caught: false, by: (error as Error).message };
  }
}
