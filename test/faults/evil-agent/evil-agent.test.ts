import { expect, onTestFinished, test } from 'vitest';
import { mapFew } from '../../../src/agents/push/wire/map-few.ts';
import { modelFleet } from '../../support/model-fleet.ts';
import { DIALECTS, type Dialect } from '../../support/model-servers/dialects.ts';
import { talkingServer } from '../../support/model-servers/talking-server.ts';
import { until } from '../../support/until.ts';
import { type Ending, endingOf } from './evil.ts';
import { openEvilAgent } from './evil-agent.ts';
import { EVILS } from './evils.ts';

type Met = { name: string; kind: Dialect['kind'] };

const ALL: Met[] = Object.entries(EVILS).flatMap(([name, { only, heavy }]) =>
  heavy ? [] : DIALECTS.filter(({ kind }) => !only || kind === only).map(({ kind }) => ({ name, kind })),
);

test('whatever a model server does, its task ends as it should, and nobody else is disturbed', async () => {
  const evil = await openEvilAgent();
  onTestFinished(() => evil.close());
  const { add, client, db } = await modelFleet({ env: { BACKOFF_BASE_MS: '100' } });
  const good = await talkingServer();
  await add({ name: 'good', url: good.url, labels: { evil: 'none' }, max_concurrent: 4 });
  const agentOf = ({ name, kind }: Met) => `${name}.${kind}`;
  await mapFew(ALL, 8, (met) =>
    add({ name: agentOf(met), kind: met.kind, url: evil.urlOf(met.name), labels: { evil: agentOf(met) } }),
  );
  const submit = (label: string, attempt_timeout_ms = 60_000) =>
    client.submitTask({
      title: label,
      prompt: label,
      max_attempts: 1,
      attempt_timeout_ms,
      needs: { capabilities: ['chat'], labels: [{ key: 'evil', op: '=', value: label }] },
    });
  const ends: Record<string, unknown> = {};
  const meet = async (met: Met) => {
    const { id } = await submit(agentOf(met), isSilent(met) ? 3000 : 60_000);
    const { state, result, error } = await client.waitTask(id, { timeoutMs: 60_000 });
    ends[agentOf(met)] = state === 'succeeded' ? { result } : { code: error?.code, says: error?.message };
  };
  let meeting = true;
  const met = Promise.all(ALL.map(meet)).finally(() => {
    meeting = false;
  });
  let undisturbed = 0;
  while (meeting) {
    const { id } = await submit('none');
    const { state, attempts, error } = await client.waitTask(id);
    expect({ state, attempts, error }).toEqual({ state: 'succeeded', attempts: 1, error: null });
    undisturbed++;
  }
  await met;
  expect(ends).toEqual(Object.fromEntries(ALL.map((one) => [agentOf(one), matching(one)])));
  expect(undisturbed).toBeGreaterThan(0);
  await until(() => evil.sockets.size === 0, { timeoutMs: 15_000 });
  expect(await db.query('select from live_tasks')).toEqual([]);
}, 120_000);

function matching({ name, kind }: Met): unknown {
  const ending: Ending = endingOf(EVILS[name]!, kind);
  return 'code' in ending ? { code: ending.code, says: expect.stringMatching(ending.says) } : ending;
}

function isSilent({ name, kind }: Met): boolean {
  const ending = endingOf(EVILS[name]!, kind);
  return 'code' in ending && ending.code === 'attempt_timeout';
}
