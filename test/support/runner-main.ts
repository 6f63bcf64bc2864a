// A runner in a process of its own: node runner-main.ts '{"server":...,"folder":...,"token":...}'. SIGTERM drains it, a
// second one ends it at once.
import { createLog } from '../../src/lib/log.ts';
import { startRunner } from '../../src/runner/loop.ts';

const runner = await startRunner({ ...JSON.parse(process.argv[2]!), log: createLog('error', false, process.stderr) });
process.on('SIGTERM', () => void runner.stop());
await runner.online;
process.stdout.write('online\n');
process.exitCode = (await runner.done).exitCode;
