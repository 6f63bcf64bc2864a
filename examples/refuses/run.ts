import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity } from 'age-encryption';
import { makeCertificate } from '../../test/support/certificate.ts';
import { WHOOSH } from '../process.ts';

/** Starts the real server with each configuration that production refuses, and shows how it says no [S16]. */
type Case = { what: string; env: Record<string, string>; names: string };
type Answer = { exit: number | string; line: string };

const folder = mkdtempSync(join(tmpdir(), 'whoosh-refuses-'));
const [one, other] = ['one', 'other'].map((name) => makeCertificate(folder, name));

// Nothing listens there: a server that refuses does not get as far.
const GOOD = {
  WHOOSH_MODE: 'production',
  DATABASE_URL: 'postgres://app:k3hR7wq@127.0.0.1:9/whoosh',
  SECRETS_KEY: await generateX25519Identity(),
};

const without = (name: keyof typeof GOOD) => ({ ...GOOD, [name]: '' });
const TLS = { TLS_CERT: one!.cert, TLS_KEY: other!.key };

const CASES: Case[] = [
  { what: 'no DATABASE_URL', env: without('DATABASE_URL'), names: 'DATABASE_URL' },
  { what: 'no secret to seal with', env: without('SECRETS_KEY'), names: 'SECRETS_KEY' },
  { what: 'a default secret', env: { ...GOOD, SECRETS_KEY: 'change-me' }, names: 'SECRETS_KEY' },
  {
    what: 'a database password that everybody knows',
    env: { ...GOOD, DATABASE_URL: 'postgres://whoosh:change-me@db/whoosh' },
    names: 'DATABASE_URL',
  },
  {
    what: 'a secret file that is not there',
    env: { ...without('SECRETS_KEY'), SECRETS_KEY_FILE: '/run/secrets/none' },
    names: 'SECRETS_KEY_FILE',
  },
  { what: 'plain HTTP in public', env: { ...GOOD, WHOOSH_HOST: '0.0.0.0' }, names: 'WHOOSH_HOST' },
  { what: 'every page may call', env: { ...GOOD, CORS_ORIGINS: '*' }, names: 'CORS_ORIGINS' },
  {
    what: 'an origin that is none',
    env: { ...GOOD, CORS_ORIGINS: 'https://app.example.com/path' },
    names: 'CORS_ORIGINS',
  },
  { what: 'a certificate without its key', env: { ...GOOD, TLS_CERT: TLS.TLS_CERT }, names: 'TLS_KEY' },
  { what: 'the key of another certificate', env: { ...GOOD, ...TLS }, names: 'TLS_KEY' },
  { what: 'a number that is none', env: { ...GOOD, WHOOSH_PORT: 'many' }, names: 'WHOOSH_PORT' },
];

const serve = (env: Record<string, string>) =>
  new Promise<Answer>((resolve) =>
    execFile(
      process.execPath,
      [WHOOSH, 'serve'],
      { cwd: folder, env: { PATH: process.env.PATH, ...env }, timeout: 20_000 },
      (error, stdout, stderr) => resolve({ exit: error?.code ?? error?.signal ?? 0, line: stdout + stderr }),
    ),
  );

const isRefusal = ({ names }: Case, { exit, line }: Answer): boolean =>
  exit === 78 && /^[^\n]+\n$/.test(line) && line.includes(names) && !line.includes(GOOD.SECRETS_KEY);

let failures = 0;
for (const each of CASES) {
  const answer = await serve(each.env);
  const held = isRefusal(each, answer);
  if (!held) failures += 1;
  process.stdout.write(
    `${held ? 'refused' : 'FAILED '}  exit ${answer.exit}  ${each.what}\n  ${answer.line.trimEnd()}\n`,
  );
}
rmSync(folder, { recursive: true });
process.stdout.write(`\n${CASES.length - failures} of ${CASES.length} configurations are refused by name.\n`);
process.exitCode = failures ? 1 : 0;
