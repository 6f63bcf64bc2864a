import { expect, test } from 'vitest';
import { checkUrl } from './check-url.ts';
import type { EgressError } from './egress-error.ts';
import type { EgressPolicy } from './refuse-address.ts';

const PUBLIC_ONLY: EgressPolicy = { allow: [], forbid: [] };

function refusalOf(url: string, policy = PUBLIC_ONLY): string {
  try {
    checkUrl(url, policy);
    return 'allowed';
  } catch (error) {
    return `${(error as EgressError).failure}: ${(error as Error).message}`;
  }
}

test.each([
  ['file:///etc/passwd', 'not file:'],
  ['ftp://example.org/', 'not ftp:'],
  ['example.org:80', 'not example.org:'],
  ['', 'expected an absolute URL'],
  ['http://', 'expected an absolute URL'],
  [`http://example.org/${'a'.repeat(3000)}`, 'at most 2048 characters'],
  ['http://example.org/#part', 'no fragment'],
  ['http://example.org/#', 'no fragment'],
  ['http://example.org:0/', 'port 0'],
  ['http://[fe80::1%25eth0]/', 'expected an absolute URL'],
])('the URL %s is refused as bad', (url, part) => {
  expect(refusalOf(url)).toMatch(/^bad_url: /);
  expect(refusalOf(url)).toContain(part);
});

test('credentials in a URL are refused and not repeated', () => {
  const refusal = refusalOf('http://ada:hunter2@example.org/');
  expect(refusal).toMatch(/^bad_url: .*user name or a password/);
  expect(refusal).not.toMatch(/ada|hunter2/);
});

test.each([
  'http://127.0.0.1:11434',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://127.1/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::1]:11434',
  'http://localhost:11434',
  'http://LOCALHOST./',
  'http://api.localhost/',
  'http://%31%32%37.0.0.1/',
  'http://127。0。0。1/',
])('%s is this machine, however it is written', (url) => {
  expect(refusalOf(url)).toMatch(/^forbidden_address: .*EGRESS_ALLOW has to name "loopback"/);
  expect(refusalOf(url, { allow: ['loopback'], forbid: [] })).toBe('allowed');
});

test.each(['http://169.254.169.254/latest', 'http://0.0.0.0/', 'http://[fd00:ec2::254]/', 'http://2852039166/'])(
  '%s is never called, whatever is allowed',
  (url) => {
    expect(refusalOf(url, { allow: ['loopback', 'private'], forbid: [] })).toMatch(
      /^forbidden_address: .*never called/,
    );
  },
);

test('an address of a private network needs the setting', () => {
  expect(refusalOf('http://192.168.1.20:11434')).toMatch(/EGRESS_ALLOW has to name "private"/);
  expect(refusalOf('http://192.168.1.20:11434', { allow: ['private'], forbid: [] })).toBe('allowed');
});

test('a public address and a name are allowed', () => {
  expect(refusalOf('https://1.1.1.1/v1')).toBe('allowed');
  expect(refusalOf('https://api.example.org/v1?version=2')).toBe('allowed');
});

test.each(['127.0.0.1', '0.0.0.0', '::', '127.0.0.9'])(
  'a service of WHOOSH at %s is called by no address of this machine, and other ports are',
  (address) => {
    const policy: EgressPolicy = { allow: ['loopback'], forbid: [{ address, port: 5432 }] };
    const urls = ['http://127.0.0.1:5432', 'http://[::1]:5432', 'http://127.0.0.2:5432', 'http://localhost:5432'];
    for (const url of urls) expect(refusalOf(url, policy)).toMatch(/^forbidden_address: .*belongs to WHOOSH itself/);
    expect(refusalOf('http://127.0.0.1:11434', policy)).toBe('allowed');
  },
);

test('the database is refused by its name too', () => {
  const policy: EgressPolicy = { allow: ['private'], forbid: [{ address: 'db.internal', port: 5432 }] };
  expect(refusalOf('http://DB.internal:5432', policy)).toMatch(/belongs to WHOOSH itself/);
});
