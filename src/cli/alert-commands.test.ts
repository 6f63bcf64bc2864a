import { expect, test } from 'vitest';
import { alertReceiver } from '../../test/support/alert-receiver.ts';
import { cli } from '../../test/support/cli.ts';
import { runningServer } from '../../test/support/running-server.ts';
import { until } from '../../test/support/until.ts';

async function scene(env: NodeJS.ProcessEnv = {}) {
  // Whatever this process has in memory is too much.
  const server = await runningServer({ ALERT_FOR_MS: '200', ALERT_MEMORY_MB: '1', ...env });
  return {
    server,
    whoosh: (...args: string[]) => cli(args, { env: { WHOOSH_DATA_DIR: server.dataDir } }),
    opened: () => until(async () => (await Array.fromAsync(server.client.listAlerts({ rule: 'WhooshMemoryHigh' })))[0]),
  };
}

test('an operator lists alerts, sees whom they were told to, acknowledges and resolves them', async () => {
  const receiver = await alertReceiver();
  const { server, whoosh, opened } = await scene(receiver.settings);
  const { id } = await opened();
  const short = id.slice(-8);
  const listed = await whoosh('alert', 'list', '--rule', 'WhooshMemoryHigh');
  expect(listed.out).toMatch(/^ALERT +STATE +SEVERITY +RULE +OPENED +SUMMARY\n/);
  expect(listed.out).toMatch(new RegExp(`\\n${short} +open +warning +WhooshMemoryHigh .+ MiB in memory\\.\\n$`));
  await until(async () => (await server.client.getAlert(id)).deliveries[0]?.delivered_at);
  const shown = await whoosh('alert', 'show', short);
  expect(shown.out).toMatch(/what to do +docs\/operate\/alerts\.md#whooshmemoryhigh\n/);
  expect(shown.out).toMatch(/\nNOTIFIER +TOLD +TRIES +ANSWER\nwebhook +2\S+Z +1 +204\n$/);
  expect((await whoosh('alert', 'acknowledge', short)).out).toBe(`alert ${id} acknowledged\n`);
  expect((await whoosh('alert', 'list', '--state', 'acknowledged', '--json')).json().items).toMatchObject([{ id }]);
  expect((await whoosh('alert', 'resolve', id, '--json')).json()).toMatchObject({ id, state: 'resolved' });
  const unknown = await whoosh('alert', 'show', 'zzz');
  expect([unknown.exit, unknown.err]).toEqual([1, expect.stringContaining('There is no unresolved alert zzz')]);
});

test('`whoosh alert test` prints what each receiver answered, and fails when one was not told', async () => {
  const receiver = await alertReceiver();
  const { whoosh } = await scene({ ...receiver.settings, ALERT_NTFY_URL: 'http://127.0.0.1:1/fleet' });
  const tested = await whoosh('alert', 'test');
  expect(tested.exit).toBe(1);
  expect(tested.out.split('\n')).toEqual([
    expect.stringMatching(/^NOTIFIER +TOLD +ANSWER$/),
    expect.stringMatching(/^webhook +yes +204$/),
    expect.stringMatching(/^ntfy +no +No connection to 127\.0\.0\.1:1: nothing listens there\.$/),
    '',
  ]);
  const without = await (await scene()).whoosh('alert', 'test');
  expect([without.exit, without.err]).toEqual([1, expect.stringContaining('No notifier is set up')]);
});
