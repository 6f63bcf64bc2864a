import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../../../test/support/cli.ts';
import { testDatabase } from '../../../test/support/database.ts';
import { productionSettings } from '../../../test/support/production-settings.ts';
import { testFolder } from '../../../test/support/test-folder.ts';
import type { Finding } from './finding.ts';

/** Replicas of other tests are on the same server, and all are taken to be set alike. */
const FEW_CONNECTIONS = { DB_POOL_SIZE: '6', DB_MAX_OVERFLOW: '0' };

async function examine(env: Record<string, string>) {
  const { exit, json } = await cli(['doctor', '--production', '--json'], { env });
  const findings: Finding[] = json().findings;
  return { exit, of: (check: string) => findings.filter((one) => one.check === check), findings };
}

test('the doctor tells what a server lacks for production, and exits 0 when nothing must be mended', async () => {
  const { url: DATABASE_URL } = await testDatabase();
  const env = await productionSettings({ DATABASE_URL, CORS_ORIGINS: 'http://localhost:3000', ...FEW_CONNECTIONS });
  const { exit, of, findings } = await examine(env);
  expect([exit, findings.filter(({ status }) => status === 'bad')]).toEqual([0, []]);
  for (const check of ['https', 'cors', 'metrics', 'alerts', 'secrets', 'replicas', 'backups'])
    expect(of(check)).toMatchObject([{ status: 'note', remedy: expect.any(String) }]);
  for (const check of ['mode', 'settings', 'rate limits', 'database', 'connections'])
    expect(of(check)).toMatchObject([{ status: 'ok' }]);
  const { out } = await cli(['doctor', '--production'], { env });
  expect(out).toMatch(/\nNothing must be mended; \d+ of \d+ are worth a look\.\n$/);
});

test('what the server would refuse, and a secret that others may write, must be mended', async () => {
  const folder = await testFolder();
  const SECRETS_KEY_FILE = join(folder, 'secret');
  const { SECRETS_KEY, ...settings } = await productionSettings({ WHOOSH_HOST: '0.0.0.0' });
  writeFileSync(SECRETS_KEY_FILE, `${SECRETS_KEY}\n`);
  chmodSync(SECRETS_KEY_FILE, 0o666);
  const { exit, of } = await examine({ ...settings, SECRETS_KEY_FILE, WHOOSH_MODE: 'standalone' });
  expect(exit).toBe(1);
  expect(of('mode')).toMatchObject([{ status: 'bad', detail: 'standalone' }]);
  expect(of('settings')).toMatchObject([{ status: 'bad', detail: expect.stringContaining('WHOOSH_HOST=0.0.0.0') }]);
  expect(of('secret file')).toMatchObject([{ status: 'bad', remedy: `chmod 600 ${SECRETS_KEY_FILE}` }]);
});

test('a database that does not answer must be mended, and is told by its reason', async () => {
  const { exit, of } = await examine(await productionSettings({ DATABASE_URL: 'postgres://x@127.0.0.1:9/x' }));
  expect([exit, of('database')]).toMatchObject([1, [{ status: 'bad', detail: expect.stringContaining('reached') }]]);
});
