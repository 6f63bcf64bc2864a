import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { productionSettings } from '../test/support/production-settings.ts';
import { ConfigError, readConfig, SETTING_ROWS } from './config.ts';

const { SECRETS_KEY } = await productionSettings();

const refusal = (env: NodeJS.ProcessEnv): string => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'not refused';
};

test('without any variable every setting has its documented default', () => {
  expect(readConfig({})).toMatchObject({ mode: 'standalone', databaseUrl: undefined, host: '127.0.0.1', port: 8000 });
  expect(Object.isFrozen(readConfig({}))).toBe(true);
});

test('an empty variable counts as absent', () => {
  expect(readConfig({ WHOOSH_PORT: '', DATABASE_URL: '' })).toEqual(readConfig({}));
});

test.each([
  ['WHOOSH_PORT', '70000', 'whole number of port, 0 to 65535'],
  ['WHOOSH_PORT', '80 ', 'whole number of port, 0 to 65535'],
  ['DB_POOL_SIZE', '-1', 'whole number of connections, 1 to 500'],
  ['LEASE_TTL_MS', '1e3', 'whole number of milliseconds, 200 to 3600000'],
  ['WHOOSH_MODE', 'prod', 'standalone | production'],
  ['WHOOSH_LOG_FORMAT', 'xml', 'auto | json | pretty'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', 'http(s) URL without credentials or query'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.1', 'number, 0 to 1'],
])('%s=%s is refused by name, with what was expected', (name, value, expected) => {
  expect(refusal({ [name]: value })).toBe(`${name}=${value} is not usable: expected ${expected}`);
});

test('what a refused variable holds of a password is not repeated [I12]', () => {
  const endpoint = refusal({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:hunter2@collector' });
  expect(endpoint).toBe(
    'OTEL_EXPORTER_OTLP_ENDPOINT=https://me:[redacted]@collector is not usable: expected http(s) URL without credentials or query',
  );
  expect(refusal({ OTEL_EXPORTER_OTLP_HEADERS: 'hunter2' })).not.toContain('hunter2');
});

test('headers of the collector are name=value pairs, percent-encoded', () => {
  const { otlpHeaders } = readConfig({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a%3Db, x-n = 1' });
  expect(otlpHeaders).toEqual({ authorization: 'Bearer a=b', 'x-n': '1' });
});

test('every bad variable is named at once', () => {
  expect(refusal({ WHOOSH_PORT: 'x', MAX_ATTEMPTS: '0' }).split('\n')).toHaveLength(2);
});

test('a secret is not repeated when it is refused [I12]', () => {
  expect(refusal({ DATABASE_URL: 'mysql://root:hunter2@db' })).toBe(
    'DATABASE_URL is not usable: expected postgres:// URL',
  );
});

test('production without DATABASE_URL does not start: there is no other database to fall back to [DB12] [S1]', () => {
  expect(refusal({ WHOOSH_MODE: 'production', SECRETS_KEY })).toBe(
    'DATABASE_URL is missing: production needs a postgres:// URL',
  );
});

test('a pool that is too small for what a replica keeps apart is refused', () => {
  expect(refusal({ DB_POOL_SIZE: '2', DB_MAX_OVERFLOW: '3' })).toBe(
    'DB_POOL_SIZE=2 is not usable: with DB_MAX_OVERFLOW=3 it must come to 6 connections at least',
  );
  expect(readConfig({ DB_POOL_SIZE: '2', DB_MAX_OVERFLOW: '4' })).toMatchObject({ dbPoolSize: 2, dbMaxOverflow: 4 });
});

test('each setting has a variable of its own, what it expects, and a sentence', () => {
  const variables = SETTING_ROWS.map(({ env }) => env);
  expect(new Set(variables).size).toBe(variables.length);
  for (const { expects, about } of SETTING_ROWS) expect([expects, about]).not.toContain('');
});

test('model servers of this machine are called in standalone mode only, unless EGRESS_ALLOW says otherwise', () => {
  const production = { WHOOSH_MODE: 'production', DATABASE_URL: 'postgres://db/whoosh', SECRETS_KEY };
  expect(readConfig({}).egressAllow).toEqual(['loopback', 'private']);
  expect(readConfig(production).egressAllow).toEqual(['private']);
  expect(readConfig({ ...production, EGRESS_ALLOW: 'loopback' }).egressAllow).toEqual(['loopback']);
  expect(readConfig({ EGRESS_ALLOW: 'none' }).egressAllow).toEqual([]);
  expect(refusal({ EGRESS_ALLOW: 'all' })).toContain('EGRESS_ALLOW=all is not usable');
});

test('SECRETS_KEY is an age identity, and is not repeated when it is none [I12]', () => {
  expect(refusal({ SECRETS_KEY: 'hunter2' })).toBe(
    'SECRETS_KEY is not usable: expected age identity, AGE-SECRET-KEY-1...',
  );
});

function secretFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'whoosh-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'secret'), text);
  return join(folder, 'secret');
}

test('a secret may be given as a file, whose last line break does not count', () => {
  const DATABASE_URL_FILE = secretFile('postgres://db/whoosh\n');
  expect(readConfig({ DATABASE_URL_FILE }).databaseUrl).toBe('postgres://db/whoosh');
});

test('a file of a secret that is missing, empty, wrong or beside the variable itself is refused by name [I12]', () => {
  expect(refusal({ DATABASE_URL_FILE: '/nowhere' })).toBe(
    'DATABASE_URL_FILE=/nowhere is not usable: the file cannot be read (ENOENT)',
  );
  const empty = secretFile('\n');
  expect(refusal({ SECRETS_KEY_FILE: empty })).toBe(`SECRETS_KEY_FILE=${empty} is not usable: the file is empty`);
  expect(refusal({ SECRETS_KEY_FILE: secretFile('hunter2') })).toBe(
    'SECRETS_KEY_FILE is not usable: expected age identity, AGE-SECRET-KEY-1...',
  );
  expect(refusal({ DATABASE_URL: 'postgres://a/b', DATABASE_URL_FILE: empty })).toBe(
    'DATABASE_URL and DATABASE_URL_FILE are both set: keep one of them',
  );
});

test('what is no secret is not read from a file', () => {
  expect(readConfig({ WHOOSH_PORT_FILE: '/nowhere' }).port).toBe(8000);
});
