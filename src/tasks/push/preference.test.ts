import { expect, test } from 'vitest';
import { modelFleet } from '../../../test/support/model-fleet.ts';
import { talkingServer } from '../../../test/support/model-servers/talking-server.ts';
import { until } from '../../../test/support/until.ts';

test('work goes to the model server that has the model in memory, and to others when that one is full [P7]', async () => {
  const { add, client, db } = await modelFleet();
  const slow = { onChat: (call: { say(text: string): void }) => call.say('One') };
  const [cold, warm] = [await talkingServer(slow), await talkingServer(slow)];
  // Far more slots: without the preference all would go there.
  await add({ name: 'cold', url: cold.url, max_concurrent: 8 });
  await add({ name: 'warm', url: warm.url, max_concurrent: 2 });
  await db.query(
    `update endpoints set inventory = jsonb_set(inventory, '{0,loaded}', 'true'), next_probe_at = now() + interval '1 h'
     where agent_id = (select id from agents where name = 'warm')`,
  );
  await until(async () => (await client.getAgent('warm')).inventory[0]?.loaded);
  const chat = { title: 'Hi', prompt: 'Hi', needs: { capabilities: ['chat'] } };
  // Until the replica has looked at the agents: every five seconds, and when one changes.
  await client.drainAgent('cold');
  await client.resumeAgent('cold');
  const { items } = await client.submitBatch({ tasks: [chat, chat, chat] });
  await until(() => cold.calls.length + warm.calls.length === 3);
  expect([warm.calls.length, cold.calls.length]).toEqual([2, 1]);
  for (const call of [...cold.calls, ...warm.calls]) call.end();
  for (const { id } of items) expect(await client.waitTask(id)).toMatchObject({ state: 'succeeded' });
});
