import { expect, test } from 'vitest';
import { acpAgent } from '../../test/support/acp-agent.ts';
import { until } from '../../test/support/until.ts';
import { createLog } from '../lib/log.ts';
import { UnableAgents } from './unable-agents.ts';

function prepared(isAble: () => boolean) {
  let looks = 0;
  const unable = new UnableAgents({
    recheckMs: 20,
    log: createLog('silent', false),
    isAble: async () => {
      looks++;
      return isAble();
    },
  });
  return { unable, looks: () => looks };
}

test('an agent that is signed out is looked at ever more rarely, until it can work again', async () => {
  let able = false;
  const { unable, looks } = prepared(() => able);
  const startedAt = performance.now();
  unable.signedOut(acpAgent(), 'run `login`');
  expect(unable.reasonOf('scripted')).toBe('run `login`');
  await unable.recheck();
  expect(looks()).toBe(0);
  await until(async () => {
    await unable.recheck();
    return looks() === 3;
  });
  // 20, 40 and 80 ms.
  expect(performance.now() - startedAt).toBeGreaterThan(135);
  able = true;
  await until(async () => {
    await unable.recheck();
    return unable.reasonOf('scripted') === null;
  });
});

test('an agent that is found signed out again soon after waits longer for its next look', async () => {
  const { unable } = prepared(() => true);
  const untilAble = async () => {
    const startedAt = performance.now();
    unable.signedOut(acpAgent(), 'run `login`');
    await until(
      async () => {
        await unable.recheck();
        return unable.reasonOf('scripted') === null;
      },
      { everyMs: 2 },
    );
    return performance.now() - startedAt;
  };
  expect(await untilAble()).toBeGreaterThan(19);
  expect(await untilAble()).toBeGreaterThan(39);
  expect(await untilAble()).toBeGreaterThan(79);
});

test('an agent at its limit is able again when the time has come, without a look', async () => {
  const { unable, looks } = prepared(() => false);
  unable.limited(acpAgent(), 'Its limit is reached', new Date(Date.now() + 50));
  expect(unable.reasonOf('scripted')).toBe('Its limit is reached');
  await until(async () => {
    await unable.recheck();
    return unable.reasonOf('scripted') === null;
  });
  expect(looks()).toBe(0);
});
