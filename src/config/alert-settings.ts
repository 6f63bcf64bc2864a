import { refuse, type Settings, text, whole } from './setting.ts';

// A secret in each of these settings: whoever has the address may write there, or read along.
const httpUrl = {
  expects: 'http:// or https:// URL without user name and password',
  parse: (value: string) => {
    const url = URL.parse(value);
    const isUsable = url && ['http:', 'https:'].includes(url.protocol) && !url.username && !url.password && !url.hash;
    return isUsable ? value : refuse();
  },
};

/** Parts of a URL that are sent decoded: refuses a % that begins no character. */
function decodable(...parts: string[]): boolean {
  for (const part of parts) decodeURIComponent(part);
  return true;
}

const ADDRESS = '[^\\s@<>",;:]+@[^\\s@<>",;:]+';

/** When alerts open, and whom they are told to. */
export const ALERT_SETTINGS = {
  alertForMs: {
    env: 'ALERT_FOR_MS',
    ...whole(200, 3600000, 'milliseconds'),
    default: '60000',
    about:
      'How long a condition has to hold before its alert opens, and to be gone before it resolves by itself. Conditions are looked at six times in that time.',
  },
  alertCooldownMs: {
    env: 'ALERT_COOLDOWN_MS',
    ...whole(0, 86400000, 'milliseconds'),
    default: '900000',
    about: 'How long after a notification an alert that opens again is not told again.',
  },
  alertQueueAgeMs: {
    env: 'ALERT_QUEUE_AGE_MS',
    ...whole(100, 604800000, 'milliseconds'),
    default: '300000',
    about: 'WhooshQueueAge opens when the oldest task that could be claimed has waited for longer.',
  },
  alertErrorPercent: {
    env: 'ALERT_ERROR_PERCENT',
    ...whole(1, 100, 'percent'),
    default: '20',
    about: 'WhooshErrorRate opens when more of the tasks that ended in the last ten minutes have failed.',
  },
  alertMemoryMb: {
    env: 'ALERT_MEMORY_MB',
    ...whole(1, 1048576, 'MiB'),
    default: '435',
    about: 'WhooshMemoryHigh opens when a replica has more in memory. The default is 85 % of a container of 512 MiB.',
  },
  alertExpiryDays: {
    env: 'ALERT_EXPIRY_DAYS',
    ...whole(1, 365, 'days'),
    default: '14',
    about: 'WhooshCertificateExpires and WhooshKeyExpires open so long before the end.',
  },
  alertWebhookUrl: {
    env: 'ALERT_WEBHOOK_URL',
    ...httpUrl,
    secret: true,
    about: 'Where alerts are posted to as JSON, signed as Standard Webhooks describe. Needs ALERT_WEBHOOK_SECRET.',
  },
  alertWebhookSecret: {
    env: 'ALERT_WEBHOOK_SECRET',
    ...text('whsec_ and the base64 of 24 to 64 random bytes', /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/),
    secret: true,
    about: 'Signs webhooks. `echo whsec_$(openssl rand -base64 32)` makes one.',
  },
  alertSmtpUrl: {
    env: 'ALERT_SMTP_URL',
    expects: 'smtp://[user:password@]host[:port] or smtps://...',
    parse: (value: string) => {
      const url = URL.parse(value);
      const isUsable = url && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== '' && !url.search;
      return isUsable && decodable(url.username, url.password) ? value : refuse();
    },
    secret: true,
    about:
      'The mail server for alerts by e-mail. With a password the connection must be encrypted: by STARTTLS for smtp://, from the start for smtps://. Needs ALERT_EMAIL_TO and ALERT_EMAIL_FROM.',
  },
  alertEmailTo: {
    env: 'ALERT_EMAIL_TO',
    ...text('e-mail addresses, separated by commas', new RegExp(`^${ADDRESS}(,${ADDRESS}){0,19}$`)),
    about: 'Who is told by e-mail, twenty at most.',
  },
  alertEmailFrom: {
    env: 'ALERT_EMAIL_FROM',
    ...text('e-mail address', new RegExp(`^${ADDRESS}$`)),
    about: 'The sender of e-mails about alerts.',
  },
  alertSlackUrl: {
    env: 'ALERT_SLACK_URL',
    ...httpUrl,
    secret: true,
    about:
      'An incoming webhook of Slack, or of what understands the same (Mattermost, Rocket.Chat, Discord with /slack).',
  },
  alertNtfyUrl: {
    env: 'ALERT_NTFY_URL',
    ...httpUrl,
    parse: (value: string) => (decodable(new URL(httpUrl.parse(value)).pathname) ? value : refuse()),
    secret: true,
    about: 'A topic of ntfy, such as https://ntfy.sh/my-fleet-7f3a.',
  },
  alertNtfyToken: {
    env: 'ALERT_NTFY_TOKEN',
    ...text('access token'),
    secret: true,
    about: 'For a topic of ntfy that takes one.',
  },
} as const satisfies Settings;
