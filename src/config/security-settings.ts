import { isAgeIdentity } from '../lib/age-identity.ts';
import { refuse, type Settings, text } from './setting.ts';

/** What the server keeps secret and where it may connect to. */
export const SECURITY_SETTINGS = {
  egressAllow: {
    env: 'EGRESS_ALLOW',
    expects: 'words of loopback, private, separated by commas, or none',
    parse: (text: string): ('loopback' | 'private')[] =>
      text === 'none'
        ? []
        : text.split(',').map((word) => (word === 'loopback' || word === 'private' ? word : refuse())),
    about:
      'Addresses beside public ones that model servers may have: loopback is the machine of this server, private the networks around it. Default: `private` in production, else `loopback,private`.',
  },
  secretsKey: {
    env: 'SECRETS_KEY',
    expects: 'age identity, AGE-SECRET-KEY-1...',
    parse: (text: string) => (isAgeIdentity(text) ? text : refuse()),
    secret: true,
    about:
      'Seals keys of model servers; the same for every replica: what was sealed with another is lost, unless that one is in SECRETS_KEY_PREVIOUS. `age-keygen` makes one. Production needs it; a standalone server without it makes its own in the data folder.',
  },
  secretsKeyPrevious: {
    env: 'SECRETS_KEY_PREVIOUS',
    expects: 'age identities, separated by commas',
    parse: (text: string): string[] =>
      text.split(',').map((one) => (isAgeIdentity(one.trim()) ? one.trim() : refuse())),
    secret: true,
    about:
      'While SECRETS_KEY is being replaced: the one before, which still opens what was sealed with it. `whoosh secrets rotate` then seals everything anew; see docs/operate/rotate.md.',
  },
  metricsToken: {
    env: 'METRICS_TOKEN',
    ...text('16 to 200 visible ASCII characters', /^[\x21-\x7e]{16,200}$/),
    secret: true,
    about:
      'What /api/metrics asks for as `Authorization: Bearer`. Without it everybody who reaches the server may read the metrics; the names of agents are in them.',
  },
} as const satisfies Settings;
