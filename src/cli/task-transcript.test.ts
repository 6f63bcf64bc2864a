import { expect, test } from 'vitest';
import { acpAgentsFile } from '../../test/support/acp-agent.ts';
import { cli } from '../../test/support/cli.ts';
import { runningRunner } from '../../test/support/running-runner.ts';
import { runningServer } from '../../test/support/running-server.ts';

const CALL = {
  sessionUpdate: 'tool_call',
  toolCallId: 't',
  title: 'Edit a.txt',
  kind: 'edit',
  status: 'pending',
  content: [{ type: 'diff', path: 'a.txt', oldText: 'x\n', newText: 'y\nz\n' }],
};
const DONE = { sessionUpdate: 'tool_call_update', toolCallId: 't', status: 'completed' };
const PLAN = { sessionUpdate: 'plan', entries: [{ content: 'Look', priority: 'high', status: 'completed' }] };

test('a transcript is printed for people, and with --json as it was recorded', async () => {
  const server = await runningServer();
  await runningRunner(server, 'desk', { agents: acpAgentsFile() });
  const env = { WHOOSH_DATA_DIR: server.dataDir };
  const script = [
    'say Hel',
    'say lo',
    ...[PLAN, CALL, DONE].map((one) => `update ${JSON.stringify(one)}`),
    'say Bye\x1b[2J',
  ];
  const { exit, out, err } = await cli(['task', 'submit', '--prompt', '-', 'x', '--needs', 'code', '--wait'], {
    env,
    stdin: script.join('\n'),
  });
  expect({ exit, err }).toMatchObject({ exit: 0 });
  const expected = [
    ...script.map((line) => `> ${line}`),
    'Hello',
    'plan:',
    '  [x] Look',
    '* edit: Edit a.txt (pending)',
    '  a.txt',
    '  - x',
    '  + y',
    '  + z',
    '* edit: Edit a.txt (completed)',
    'Bye\x1b[2J',
    '-- end_turn',
  ];
  expect(out.split('\n').slice(0, expected.length)).toEqual(expected);
  const [task] = await Array.fromAsync(server.client.listTasks());
  const shown = await cli(['task', 'transcript', task!.id, '--follow'], { env, terminal: true });
  expect(shown.out).toContain('* edit: Edit a.txt (completed)');
  expect(shown.out).not.toContain('\x1b[2J');
  const json = (await cli(['task', 'transcript', task!.id, '--json'], { env })).out.trim().split('\n');
  expect(json.map((line) => JSON.parse(line)).at(-1)).toEqual({ type: 'stop', reason: 'end_turn' });
});
