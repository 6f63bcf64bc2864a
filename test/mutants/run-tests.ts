import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

type Given = { folder: string; tests: string[]; databaseUrl: string; signal: AbortSignal; limitMs: number };
type Failure = { title: string; message: string };
/** `failures` of tests that ran; `problem` when they did not get to run, or not to their end. */
export type TestRun = { passed: number; failures: Failure[]; problem: string | null };

type Report = {
  numPassedTests: number;
  testResults: { name: string; message: string; assertionResults: Result[] }[];
};
type Result = { status: string; fullName: string; failureMessages: string[] };

const OPTIONS = ['--reporter=json', '--no-cache', '--bail=3', '--maxWorkers=1'];
const VITEST = 'node_modules/vitest/vitest.mjs';

/** Runs test files of a copy, against a PostgreSQL that is there already, up to the third failure. */
export async function runTests({ folder, tests, databaseUrl, signal, limitMs }: Given): Promise<TestRun> {
  const output = join(folder, 'report.json');
  await rm(output, { force: true });
  const child = spawn(process.execPath, [VITEST, 'run', ...OPTIONS, `--outputFile=${output}`, ...tests], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: databaseUrl, NO_COLOR: '1' },
    stdio: 'ignore',
    // A group of its own: what the tests started ends with them.
    detached: true,
  });
  const over = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const end = () => killGroup(child.pid!);
  over.addEventListener('abort', end, { once: true });
  await once(child, 'exit');
  over.removeEventListener('abort', end);
  if (signal.aborted) return { passed: 0, failures: [], problem: 'stopped' };
  if (over.aborted) return { passed: 0, failures: [], problem: `no end within ${limitMs / 1000} s` };
  return readReport(output);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

async function readReport(path: string): Promise<TestRun> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failures: [], problem: 'the tests could not be started' };
  const { numPassedTests, testResults } = JSON.parse(text) as Report;
  const failed = testResults.flatMap((file) => file.assertionResults).filter(({ status }) => status === 'failed');
  const failures = failed.map((one) => ({ title: one.fullName.trim(), message: one.failureMessages.join('\n') }));
  const outside = testResults.map(({ message }) => message).find((message) => message);
  return { passed: numPassedTests, failures, problem: failures.length ? null : (outside ?? null) };
}
