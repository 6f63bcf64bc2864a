import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { until } from '../../../test/support/until.ts';
import { processStart } from '../../lib/process-start.ts';
import { runTool } from './run-tool.ts';
import { signalGroup } from './signal-group.ts';

const options = { cwd: tmpdir(), env: process.env, timeoutMs: 10_000 };
const sh = (script: string) => ['sh', '-c', script];

test('a tool gives its exit code and what it printed', async () => {
  expect(await runTool(sh('echo out; echo err >&2; exit 3'), options)).toEqual({
    exitCode: 3,
    stdout: 'out\n',
    stderr: 'err\n',
    timedOut: false,
  });
});

test('a tool that takes too long is ended with everything it started', async () => {
  let group = 0;
  const end = await runTool(sh('sleep 600 & echo $$; wait'), {
    ...options,
    timeoutMs: 200,
    onOutput: async (chunk) => {
      group = Number(String(chunk));
    },
  });
  expect(end).toMatchObject({ exitCode: null, timedOut: true });
  expect(group).toBeGreaterThan(0);
  await until(() => !signalGroup(group, 0));
});

test('an abort ends the tool and is answered with its reason', async () => {
  const reason = new Error('cancelled');
  const stop = new AbortController();
  const running = runTool(sh('sleep 600'), { ...options, signal: stop.signal });
  stop.abort(reason);
  await expect(running).rejects.toBe(reason);
});

test('a tool whose output is refused is ended, and the refusal is thrown', async () => {
  const refuse = async () => {
    throw new Error('too much');
  };
  await expect(runTool(['yes'], { ...options, onOutput: refuse })).rejects.toThrow('too much');
});

test('a tool that does not exist is an error', async () => {
  await expect(runTool(['/no/such/tool'], options)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('two looks at a process agree on its start; without a process there is none', async () => {
  const first = await processStart(process.pid);
  expect(first).toBeTruthy();
  expect(await processStart(process.pid)).toBe(first);
  expect(await processStart(1)).not.toBe(first);
  expect(await processStart(2 ** 22 + 1)).toBeUndefined();
});
