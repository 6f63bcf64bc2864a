import { expect, onTestFinished, test } from 'vitest';
import { problem, scriptedServer } from '../../../test/support/scripted-server.ts';
import { createClient } from '../../client/client.ts';
import { checkFleet } from './check-fleet.ts';

test('a server that cannot answer now does not make the doctor doubt the key', async () => {
  const answers: Record<string, number> = { unavailable: 503, unauthenticated: 401 };
  const told: Record<string, string> = {};
  for (const [code, status] of Object.entries(answers)) {
    const { url, stop } = await scriptedServer(() => problem(status, code));
    onTestFinished(stop);
    const [finding] = await checkFleet(createClient({ url, key: 'whk_1', retryForMs: 0 }));
    told[code] = finding!.check;
  }
  expect(told).toEqual({ unavailable: 'fleet', unauthenticated: 'key' });
});
