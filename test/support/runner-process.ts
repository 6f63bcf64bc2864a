// A runner in a process of its own: node runner-process.ts '{"server":...,"folder":...,"token":...}'. SIGTERM drains it.
import { createLog } from '../../src/lib/log.ts';
import { startRunner } from '../../src/runner/loop.ts';

const runner = await startRunner({ ...JSON.parse(process.argv[2]!), log: createLog('warn', false, process.stderr) });
process.on('SIGTERM', () => void runner.stop());
await runner.online;
process.stdout.write('online\n');
const { exitCode, sentence } = await runner.done;
process.stdout.write(`${sentence}\n`);
process.exitCode = exitCode;
