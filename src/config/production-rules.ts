import { isIP } from 'node:net';
import type { Values } from '../config.ts';
import { readTlsPair } from '../lib/tls-pair.ts';

/** A secret that was given: its variable and its value. */
export type GivenSecret = { env: string; value: string };

/** What only all settings together can break: a sentence that names the variable, or undefined. */
export type Rule = (values: Values, secrets: GivenSecret[]) => string | undefined;

const inProduction =
  (rule: Rule): Rule =>
  (values, secrets) =>
    values.mode === 'production' ? rule(values, secrets) : undefined;

/** For commands that open the database and serve nothing. */
export const DATABASE_RULES: readonly Rule[] = [
  inProduction(({ databaseUrl }) =>
    databaseUrl === undefined ? 'DATABASE_URL is missing: production needs a postgres:// URL' : undefined,
  ),
  ({ databaseUrl, databaseDirectUrl }) =>
    databaseDirectUrl && !databaseUrl ? 'DATABASE_URL is missing: DATABASE_DIRECT_URL only goes beside it' : undefined,
  ({ dbPooler, databaseDirectUrl }) =>
    dbPooler === 'transaction' && !databaseDirectUrl
      ? 'DATABASE_DIRECT_URL is missing: with DB_POOLER=transaction notifications and migrations go past the pooler'
      : undefined,
  ({ dbPoolSize, dbMaxOverflow }) =>
    dbPoolSize + dbMaxOverflow < 6
      ? `DB_POOL_SIZE=${dbPoolSize} is not usable: with DB_MAX_OVERFLOW=${dbMaxOverflow} it must come to 6 connections at least`
      : undefined,
];

/** For the server: production starts with nothing that is missing, a placeholder, or readable on the way. */
export const SERVER_RULES: readonly Rule[] = [
  ...DATABASE_RULES,
  inProduction(({ secretsKey }) =>
    secretsKey === undefined
      ? 'SECRETS_KEY is missing: production needs an age identity, the same for every replica'
      : undefined,
  ),
  inProduction((_values, secrets) => {
    const { env } = secrets.find(({ value }) => PLACEHOLDER.test(value)) ?? {};
    return env && `${env} is a placeholder: give a secret of your own`;
  }),
  inProduction(({ databaseUrl: DATABASE_URL, databaseDirectUrl: DATABASE_DIRECT_URL }) => {
    const urls = Object.entries({ DATABASE_URL, DATABASE_DIRECT_URL });
    const [env] = urls.find(([, url]) => PLACEHOLDER.test(passwordOf(url))) ?? [];
    return env && `${env} has a password that everybody knows: give the database one of your own`;
  }),
  inProduction(({ corsOrigins }) =>
    corsOrigins?.includes('*')
      ? 'CORS_ORIGINS=* lets every page call: production needs the origins by name'
      : undefined,
  ),
  inProduction(({ host, tlsCert, trustedProxyHops, allowPlainHttp }) =>
    isLoopback(host) || tlsCert || trustedProxyHops > 0 || allowPlainHttp === 'yes'
      ? undefined
      : `WHOOSH_HOST=${host} would serve plain HTTP to other machines: set TLS_CERT and TLS_KEY, or TRUSTED_PROXY_HOPS behind a proxy that serves HTTPS, or ALLOW_PLAIN_HTTP=yes`,
  ),
  ({ tlsCert, tlsKey }) => {
    if (!tlsCert && !tlsKey) return undefined;
    if (!tlsCert || !tlsKey) return `${tlsCert ? 'TLS_KEY' : 'TLS_CERT'} is missing: HTTPS needs both files`;
    return problemOf(() => readTlsPair({ tlsCert, tlsKey }));
  },
  ({ alertWebhookUrl, alertWebhookSecret }) =>
    alertWebhookUrl && !alertWebhookSecret ? 'ALERT_WEBHOOK_SECRET is missing: webhooks are signed' : undefined,
  ({ alertSmtpUrl, alertEmailTo }) =>
    alertSmtpUrl && !alertEmailTo ? 'ALERT_EMAIL_TO is missing: ALERT_SMTP_URL needs it' : undefined,
  ({ alertSmtpUrl, alertEmailFrom }) =>
    alertSmtpUrl && !alertEmailFrom ? 'ALERT_EMAIL_FROM is missing: ALERT_SMTP_URL needs it' : undefined,
];

/** What examples, images and tutorials have in the place of a secret. */
const PLACEHOLDER =
  /^(change[-_ ]?(me|it|this)|replace[-_ ]?(me|this)|(my[-_ ]?)?(secret|password|passwd)|pass|postgres|whoosh|example|default|admin|test|todo|x{3,}|123456\d*)$/i;

// Not `new URL`: one that names several hosts is none.
const passwordOf = (databaseUrl = ''): string => /^\w+:\/\/[^:@/]*:([^@/]*)@/.exec(databaseUrl)?.[1] ?? '';

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

function problemOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
