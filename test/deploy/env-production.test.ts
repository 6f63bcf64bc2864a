import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { generateX25519Identity } from 'age-encryption';
import { expect, test } from 'vitest';
import { readConfig, SETTING_ROWS } from '../../src/config.ts';
import { testFolder } from '../support/test-folder.ts';

const TEXT = readFileSync('deploy/env.production', 'utf8');

test('the example of .env.production tells of every setting, and has no secret in it [S24]', () => {
  for (const { env, secret } of SETTING_ROWS) {
    expect(TEXT).toMatch(new RegExp(`^#?${env}${secret ? '_FILE' : ''}=`, 'm'));
    if (secret) expect(TEXT).not.toMatch(new RegExp(`^#?${env}=`, 'm'));
  }
});

test('a server starts with it once its secrets are files', async () => {
  const folder = await testFolder();
  writeFileSync(join(folder, 'database_url'), 'postgres://app:k3hR7wq@db/whoosh\n');
  writeFileSync(join(folder, 'secrets_key'), `${await generateX25519Identity()}\n`);
  expect(readConfig(parseEnv(TEXT.replaceAll('/run/secrets', folder)))).toMatchObject({
    mode: 'production',
    host: '0.0.0.0',
    trustedProxyHops: 1,
  });
  // As it is, the files are not there, and the server names the first of them.
  expect(() => readConfig(parseEnv(TEXT))).toThrow('DATABASE_URL_FILE=/run/secrets/database_url');
});
