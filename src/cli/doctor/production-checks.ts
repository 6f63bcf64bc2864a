import type { Config } from '../../config.ts';
import { type Finding, note, ok } from './finding.ts';

/** Looks at one thing that settings tell; what is unsafe the server refuses by itself. */
type Check = (config: Config) => Finding;

const LOCAL = /^https?:\/\/(localhost|127\.|\[::1\])/;
const DATABASE_HOST = /^\w+:\/\/(?:[^@/]*@)?([^/?]*)/;

/** What a production server should have, by its settings. */
export const PRODUCTION_CHECKS: Check[] = [
  ({ tlsCert, trustedProxyHops, host }) => {
    if (tlsCert) return ok('https', 'served by TLS_CERT');
    if (trustedProxyHops > 0) return ok('https', `left to ${trustedProxyHops} trusted proxies`);
    return note(
      'https',
      `plain HTTP at ${host}`,
      'Set TLS_CERT and TLS_KEY, or TRUSTED_PROXY_HOPS: docs/operate/https.md.',
    );
  },
  ({ databaseUrl = '' }) => {
    const [, mode = 'none'] = /[?&]sslmode=([\w-]+)/.exec(databaseUrl) ?? [];
    if (mode === 'verify-full') return ok('database tls', 'encrypted, and its certificate is checked');
    if (/^(127\.|localhost|%2f|\[::1\]|$)/i.test(DATABASE_HOST.exec(databaseUrl)?.[1] ?? ''))
      return ok('database tls', 'on this machine');
    return note(
      'database tls',
      `sslmode is ${mode}`,
      'Add ?sslmode=verify-full&sslrootcert=... to DATABASE_URL unless the network between is yours alone.',
    );
  },
  ({ corsOrigins = [] }) => {
    const local = corsOrigins.filter((origin) => LOCAL.test(origin));
    if (!local.length)
      return ok('cors', corsOrigins.length ? `${corsOrigins.length} origins are listed` : 'own pages only');
    return note(
      'cors',
      `${local.join(', ')} may call`,
      "Take it out of CORS_ORIGINS: any program on a visitor's machine may serve that.",
    );
  },
  (config) => {
    const off = RATE_LIMITS.filter((key) => config[key] === 0);
    if (!off.length) return ok('rate limits', 'all are on');
    return note(
      'rate limits',
      `${off.length} of ${RATE_LIMITS.length} are off`,
      'Leave RATE_LIMIT_* at their defaults: docs/operate/rate-limits.md.',
    );
  },
  ({ metricsToken }) =>
    metricsToken
      ? ok('metrics', 'take METRICS_TOKEN')
      : note(
          'metrics',
          'everybody who reaches the server reads them',
          'Set METRICS_TOKEN, or keep /api/metrics from others at the proxy.',
        ),
  ({ alertWebhookUrl, alertSmtpUrl, alertSlackUrl, alertNtfyUrl }) =>
    alertWebhookUrl || alertSmtpUrl || alertSlackUrl || alertNtfyUrl
      ? ok('alerts', 'reach somebody')
      : note(
          'alerts',
          'are told to nobody',
          'Set ALERT_WEBHOOK_URL, ALERT_SMTP_URL, ALERT_SLACK_URL or ALERT_NTFY_URL, or let Prometheus alert.',
        ),
  ({ logFormat }) =>
    logFormat === 'pretty'
      ? note('log', 'is written for people', 'Leave WHOOSH_LOG_FORMAT out: production writes JSON.')
      : ok('log', 'is JSON'),
];

const RATE_LIMITS = [
  'rateLimitAnonymous',
  'rateLimitFailedAuth',
  'rateLimitKeys',
  'rateLimitRunners',
  'rateLimitAttempts',
] as const;
