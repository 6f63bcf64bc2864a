import { choice, type Settings, text, whole } from './setting.ts';

/** The process: how it runs, where it listens and what it writes. */
export const SERVER_SETTINGS = {
  mode: {
    env: 'WHOOSH_MODE',
    ...choice('standalone', 'production'),
    default: 'standalone',
    about:
      'standalone: one machine, own PostgreSQL and local runner unless told otherwise. production: DATABASE_URL and SECRETS_KEY are required, what is unsafe is refused, and nothing is started beside the server.',
  },
  dataDir: {
    env: 'WHOOSH_DATA_DIR',
    ...text('folder'),
    default: './.whoosh',
    about: 'Folder of the embedded database, the admin key, the identity that seals keys, and the local runner.',
  },
  host: {
    env: 'WHOOSH_HOST',
    ...text('address to listen on'),
    default: '127.0.0.1',
    about:
      'Address to listen on. 0.0.0.0 makes the server reachable from other machines: give it TLS_CERT, or put a proxy with HTTPS before it.',
  },
  port: {
    env: 'WHOOSH_PORT',
    ...whole(0, 65535, 'port'),
    default: '8000',
    about: 'Port to listen on; 0 takes any free one.',
  },
  localRunner: {
    env: 'WHOOSH_LOCAL_RUNNER',
    ...choice('on', 'off'),
    default: 'on',
    about: 'Whether a standalone server also starts a runner on its own machine.',
  },
  drainNotReadyMs: {
    env: 'DRAIN_NOT_READY_MS',
    ...whole(0, 600000, 'milliseconds'),
    default: '5000',
    about: 'At shutdown in production: how long the server says it is not ready before it stops taking work.',
  },
  drainLimitMs: {
    env: 'DRAIN_LIMIT_MS',
    ...whole(0, 3600000, 'milliseconds'),
    default: '30000',
    about: 'At shutdown: how long running calls of model servers may go on before they are handed back.',
  },
} as const satisfies Settings;
