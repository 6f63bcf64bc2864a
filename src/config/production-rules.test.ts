import { expect, test } from 'vitest';
import { productionSettings } from '../../test/support/production-settings.ts';
import { readConfig } from '../config.ts';
import { DATABASE_RULES } from './production-rules.ts';

const GOOD = await productionSettings();

/** Each as `npm run example refuses` shows it; here is what stands on the other side of the line. */
test('production starts with a database, a secret, and a door that others cannot listen at', () => {
  const open = { ...GOOD, WHOOSH_HOST: '0.0.0.0' };
  for (const env of [
    GOOD,
    { ...GOOD, WHOOSH_HOST: '127.0.0.5' },
    { ...GOOD, WHOOSH_HOST: '::1' },
    { ...open, TRUSTED_PROXY_HOPS: '1' },
    { ...open, ALLOW_PLAIN_HTTP: 'yes' },
    { ...GOOD, CORS_ORIGINS: 'https://app.example.com,http://localhost:3000' },
    { ...GOOD, DATABASE_URL: 'postgres://whoosh:k3hR7wq@a:1,b:2/whoosh' },
  ])
    expect(readConfig(env).mode).toBe('production');
});

test.each([
  ['WHOOSH_HOST', { WHOOSH_HOST: '::' }],
  ['WHOOSH_HOST', { WHOOSH_HOST: '10.0.0.1', ALLOW_PLAIN_HTTP: 'no' }],
  ['WHOOSH_HOST', { WHOOSH_HOST: '127.evil.example.com' }],
  ['SECRETS_KEY', { SECRETS_KEY: `AGE-SECRET-KEY-1${'Q'.repeat(58)}` }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'https://app.example.com,*' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'https://APP.example.com' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'null' }],
  ['TLS_CERT', { TLS_KEY: '/nowhere' }],
  ['TLS_CERT', { TLS_CERT: '/nowhere', TLS_KEY: '/nowhere' }],
  ['TLS_CERT', { TLS_CERT: '/etc/hostname', TLS_KEY: '/etc/hostname' }],
  ['DATABASE_URL', { DATABASE_URL: 'postgres://whoosh:password@db/whoosh' }],
  ['DATABASE_URL', { DATABASE_URL: 'postgres://whoosh:Change_Me@a:1,b:2/whoosh' }],
])('production refuses %s in %j, in one line that names it', (name, given) => {
  const refused = expect.objectContaining({ message: expect.stringMatching(new RegExp(`^${name}[^\n]+$`)) });
  expect(() => readConfig({ ...GOOD, ...given })).toThrow(refused);
});

test.each([
  ['ALERT_WEBHOOK_SECRET', { ALERT_WEBHOOK_URL: 'https://ops.example.com/' }],
  ['ALERT_EMAIL_TO', { ALERT_SMTP_URL: 'smtp://mail.example.com', ALERT_EMAIL_FROM: 'whoosh@example.com' }],
  ['ALERT_EMAIL_FROM', { ALERT_SMTP_URL: 'smtp://mail.example.com', ALERT_EMAIL_TO: 'ops@example.com' }],
  ['ALERT_WEBHOOK_SECRET', { ALERT_WEBHOOK_SECRET: 'whsec_short' }],
  ['ALERT_EMAIL_TO', { ALERT_EMAIL_TO: 'ops@example.com\r\nBcc: all@example.com' }],
  ['ALERT_SLACK_URL', { ALERT_SLACK_URL: 'file:///etc/passwd' }],
  ['ALERT_NTFY_URL', { ALERT_NTFY_URL: 'https://user:password@ntfy.sh/topic' }],
  ['ALERT_NTFY_URL', { ALERT_NTFY_URL: 'https://ntfy.sh/50%' }],
  ['ALERT_SMTP_URL', { ALERT_SMTP_URL: 'smtp://me:50%@mail.example.com', ALERT_EMAIL_TO: 'ops@example.com' }],
])('every server refuses %s in %j: nobody would be told of alerts', (name, given) => {
  expect(() => readConfig(given)).toThrow(new RegExp(`^${name}`));
});

test.each(['ALERT_WEBHOOK_URL', 'ALERT_SLACK_URL', 'ALERT_NTFY_URL'])('the address in %s is a secret', (name) => {
  const message = expect.not.stringContaining('hunter2');
  expect(() => readConfig({ [name]: 'ftp://hooks.example.com/hunter2' })).toThrow(expect.objectContaining({ message }));
});

test('what only opens the database asks for it alone, and for no other secret', () => {
  const { SECRETS_KEY: _, ...env } = GOOD;
  expect(readConfig(env, DATABASE_RULES).databaseUrl).toBe(GOOD.DATABASE_URL);
  expect(() => readConfig({ WHOOSH_MODE: 'production' }, DATABASE_RULES)).toThrow('DATABASE_URL is missing');
});
