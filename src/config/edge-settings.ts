import { choice, refuse, type Settings, text, whole } from './setting.ts';

/** The door: HTTPS, proxies before it, and whose pages may call. */
export const EDGE_SETTINGS = {
  tlsCert: {
    env: 'TLS_CERT',
    ...text('file'),
    about:
      'Certificate in PEM form, with its chain: the server then speaks HTTPS itself (TLS 1.2 or newer). Read again when it is renewed. Needs TLS_KEY.',
  },
  tlsKey: {
    env: 'TLS_KEY',
    ...text('file'),
    about: 'The private key of TLS_CERT in PEM form, without a passphrase.',
  },
  trustedProxyHops: {
    env: 'TRUSTED_PROXY_HOPS',
    ...whole(0, 10, 'proxies'),
    default: '0',
    about:
      "How many proxies stand before the server and add to X-Forwarded-For: the client's address is taken from there, and X-Forwarded-Proto is believed. 0: those headers are ignored. Nobody may reach the server past the proxies.",
  },
  allowPlainHttp: {
    env: 'ALLOW_PLAIN_HTTP',
    ...choice('yes', 'no'),
    default: 'no',
    about: 'yes: production may serve plain HTTP to other machines, where credentials can be read on the way.',
  },
  corsOrigins: {
    env: 'CORS_ORIGINS',
    expects: 'origins such as https://app.example.com, separated by commas, or *',
    parse: (text: string): string[] => (text === '*' ? ['*'] : text.split(',').map(readOrigin)),
    about:
      'Pages of these origins may call the API from browsers, with credentials. `*` lets every page call, without, and is refused in production. Default: pages of the server itself only.',
  },
} as const satisfies Settings;

/** As a browser sends it: scheme, host and port, without a path. */
function readOrigin(text: string): string {
  const origin = text.trim();
  return /^https?:/.test(origin) && URL.parse(origin)?.origin === origin ? origin : refuse();
}
