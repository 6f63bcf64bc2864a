import { generateX25519Identity } from 'age-encryption';
import { expect, test } from 'vitest';
import { cli } from '../../test/support/cli.ts';
import { testDatabase } from '../../test/support/database.ts';
import { openSecrets } from '../secrets/secrets.ts';

const FOR = { project_id: null, purpose: 'tests' };

/** A replica as it is started with these keys. */
const replica = (secretsKey: string, ...secretsKeyPrevious: string[]) =>
  openSecrets({ dataDir: '/nowhere', secretsKey, secretsKeyPrevious });

test('SECRETS_KEY is replaced under two running replicas, and every secret opens in both at every step [S25]', async () => {
  const { db, url } = await testDatabase();
  const [old, fresh] = [await generateX25519Identity(), await generateX25519Identity()];
  const values = new Map<string, string>();
  const replicas = [replica(old), replica(old)];
  const step = async (...started: [number, ReturnType<typeof replica>][]) => {
    for (const [at, one] of started) replicas[at] = one;
    for (const one of replicas) {
      const value = `value ${values.size}`;
      values.set(await one.seal(db, { ...FOR, value, created_by: 'test' }), value);
    }
    for (const one of replicas) for (const [id, value] of values) expect(await one.open(db, id, FOR)).toBe(value);
  };
  const rotate = async (env: Record<string, string>) => (await cli(['secrets', 'rotate', '--json'], { env })).json();
  const both = { DATABASE_URL: url, SECRETS_KEY: fresh, SECRETS_KEY_PREVIOUS: old };

  await step();
  await step([0, replica(fresh, old)]);
  await step([1, replica(fresh, old)]);
  expect(await rotate(both)).toEqual({ resealed: 6, kept: 0, lost: [] });
  await step([0, replica(fresh, old)], [1, replica(fresh, old)]);
  await step([0, replica(fresh)]);
  await step([1, replica(fresh)]);
  expect(await rotate({ DATABASE_URL: url, SECRETS_KEY: fresh })).toMatchObject({ lost: [] });

  const stranger = replica(old);
  for (const id of values.keys())
    await expect(stranger.open(db, id, FOR)).rejects.toMatchObject({ code: 'secret_unusable' });
});

test('what opens with none of the keys is named, and stays as it is', async () => {
  const { db, url } = await testDatabase();
  const [lost, key] = [await generateX25519Identity(), await generateX25519Identity()];
  const id = await replica(lost).seal(db, { ...FOR, value: 'x', created_by: 'test' });
  const { exit, err } = await cli(['secrets', 'rotate'], { env: { DATABASE_URL: url, SECRETS_KEY: key } });
  expect([exit, err]).toEqual([1, expect.stringContaining(id)]);
  expect(await replica(lost).open(db, id, FOR)).toBe('x');
});
