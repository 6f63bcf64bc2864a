import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';

/** What only a secret looks like. */
const KINDS: Record<string, RegExp> = {
  'age identity': /AGE-SECRET-KEY-1[0-9A-Z]{58}/,
  'credential of WHOOSH': /\bwh[krea]_[0-9a-f]{32}(-\d+)?_[0-9a-f]{64}\b/,
  'private key': /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{40,}/,
  'key of a cloud': /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  'token of a forge': /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,}|glpat-[\w-]{20,})\b/,
  'token of a chat': /\bxox[abprs]-[0-9]{8,}-[0-9A-Za-z-]{10,}/,
  'key of a model': /\bsk-(proj-|ant-)?[A-Za-z0-9]{40,}\b/,
  'token of a registry': /\bnpm_[A-Za-z0-9]{36}\b/,
};

/** Alike through and through, as no secret is: made up for a test. */
const MADE_UP = /^(.)\1+$|0123456789|abcdef0123|(.)\2{15}/;

function findSecrets(text: string): string[] {
  return Object.entries(KINDS).flatMap(([kind, pattern]) => {
    const found = text.match(new RegExp(pattern, 'g')) ?? [];
    return found.some((one) => !MADE_UP.test(one)) ? [kind] : [];
  });
}

/** What is committed; in an unpacked archive, everything that is there. */
function repositoryFiles(): string[] {
  if (existsSync('.git'))
    return execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean);
  return globSync('**/*', { exclude: ['node_modules', 'dist'] });
}

test('no secret is in the repository [S24]', () => {
  const files = repositoryFiles().filter((file) => existsSync(file) && statSync(file).isFile());
  expect(files.length).toBeGreaterThan(500);
  const leaks = files.flatMap((file) => findSecrets(readFileSync(file, 'latin1')).map((kind) => `${file}: ${kind}`));
  expect(leaks).toEqual([]);
});

test('a secret would be found if there was one', () => {
  const hex = (length: number) => Array.from({ length }, (_, i) => ((i * 7 + 3) % 16).toString(16)).join('');
  const planted = [
    `AGE-SECRET-KEY-1${'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'.repeat(2).slice(0, 58)}`,
    `whk_${hex(32)}_${hex(64)}`,
    `-----BEGIN PRIVATE ${'KEY'}-----\n${'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0waw'}\n`,
    `ghp_${'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY2zA4'}`,
  ];
  for (const secret of planted) expect(findSecrets(`x = '${secret}'`)).toHaveLength(1);
});
