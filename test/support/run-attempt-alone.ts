// Runs one attempt in a process of its own, where memory can be measured and nothing else runs in threads:
// node run-attempt-alone.ts FOLDER SCRIPT [PROMPT]. Prints what came of it as JSON.
import { readFileSync } from 'node:fs';
import { prepareAttempt, shellAgent } from './prepare-attempt.ts';

const [folder = '', script = '', prompt = ''] = process.argv.slice(2);
const before = process.memoryUsage().rss;
const { run, printed } = await prepareAttempt(folder, shellAgent(script), { grant: { prompt } });
const startedAt = performance.now();
const outcome = await run();
const ms = performance.now() - startedAt;
const grownMb = (peakBytes() - before) / 1_000_000;
const [stdout, stderr, system] = [printed('stdout'), printed('stderr'), printed('system')];
const logged = {
  stdout: stdout.slice(0, 1000),
  stderr: stderr.slice(0, 1000),
  system,
  stdoutBytes: Buffer.byteLength(stdout),
};
process.stdout.write(JSON.stringify({ outcome, ms, grownMb, ...logged }));

/** Not getrusage's on Linux: a process begins with the peak of the one that it was started by. */
function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kB] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))!;
  return Number(kB) * 1024;
}
