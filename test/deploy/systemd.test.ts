import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { program } from '../support/program.ts';
import { testFolder } from '../support/test-folder.ts';
import { secretsByValue, unknownSettings } from './settings.ts';

const UNIT = readFileSync('deploy/whoosh.service', 'utf8');

/** Asks systemd about the unit, as if WHOOSH was installed here. */
async function analyze(context: TestContext, ...args: string[]): Promise<string> {
  const analyzer = program('systemd-analyze', context);
  const file = join(await testFolder(), 'whoosh.service');
  writeFileSync(file, UNIT.replace('/opt/whoosh/bin/whoosh.js', process.execPath));
  return execFileSync(analyzer, [...args, file], { encoding: 'utf8', stdio: 'pipe' });
}

test('systemd finds nothing wrong in the unit', async (context) => {
  expect(await analyze(context, 'verify', '--man=no')).toBe('');
});

test('what the service may do beyond its work comes to 2 of 10 at most, as systemd counts', async (context) => {
  // Exit 1 beyond the threshold, which is in tenths.
  expect(await analyze(context, 'security', '--offline=true', '--threshold=20')).toContain('Overall exposure level');
});

test('the settings in the unit are settings, and its secrets come as files', () => {
  const names = [...UNIT.matchAll(/^Environment=(.*)$/gm)].flatMap(([, list]) =>
    list!.split(' ').map((pair) => pair.split('=')[0]!),
  );
  expect(names).toContain('WHOOSH_MODE');
  expect(unknownSettings(names)).toEqual([]);
  expect(secretsByValue(names)).toEqual([]);
  const given = [...UNIT.matchAll(/^LoadCredential=(\w+):/gm)].map(([, name]) => name);
  expect([...UNIT.matchAll(/=%d\/(\w+)/g)].map(([, name]) => name)).toEqual(given);
});
