import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, type TestContext, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { program } from '../support/program.ts';
import { testFolder } from '../support/test-folder.ts';

/** The commands under a heading of docs/operate/deploy.md. */
function commandsOf(heading: string): string {
  const [, section] = readFileSync('docs/operate/deploy.md', 'utf8').split(`\n## ${heading}\n`);
  return /```sh\n([\s\S]*?)```/.exec(section!)![1]!;
}

/** A folder in which the commands were run. */
async function makeSecrets(context: TestContext): Promise<string> {
  for (const name of ['openssl', 'age-keygen']) program(name, context);
  const folder = await testFolder();
  execFileSync('bash', ['-euc', commandsOf('Make the secrets')], { cwd: folder, stdio: 'pipe' });
  return join(folder, 'deploy/secrets');
}

/** `.env.production`, with the secrets where they are here. */
const settingsWith = (secrets: string) =>
  parseEnv(readFileSync('deploy/env.production', 'utf8').replaceAll('/run/secrets', secrets));

// .ci/image goes on from here as the document does: it migrates, builds, runs, and asks /health.
test('what the document has made is what a production server starts with, beside .env.production [S19]', async (context) => {
  const secrets = await makeSecrets(context);
  const config = readConfig(settingsWith(secrets));
  expect(config.databaseUrl).toMatch(/^postgres:\/\/whoosh:[0-9a-f]{48}@database\/whoosh$/);
  expect(config.mode).toBe('production');
  expect(statSync(secrets).mode & 0o777).toBe(0o700);
});

test('the certificate that the document makes is one that the proxy takes', async (context) => {
  const secrets = await makeSecrets(context);
  const env = { CERTIFICATE: join(secrets, 'certificate') };
  cpSync('deploy/haproxy/haproxy.cfg', join(secrets, 'haproxy.cfg'));
  execFileSync(program('haproxy', context), ['-c', '-f', join(secrets, 'haproxy.cfg')], { env, stdio: 'pipe' });
});
