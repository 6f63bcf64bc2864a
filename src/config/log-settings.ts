import { choice, type Settings } from './setting.ts';

/** What is written on standard output. */
export const LOG_SETTINGS = {
  logLevel: {
    env: 'WHOOSH_LOG_LEVEL',
    ...choice('debug', 'info', 'warn', 'error', 'silent'),
    default: 'info',
    about: 'Least severe log line that is written.',
  },
  logFormat: {
    env: 'WHOOSH_LOG_FORMAT',
    ...choice('auto', 'json', 'pretty'),
    default: 'auto',
    about:
      'json: one JSON object a line. pretty: lines for a person. auto: pretty on a terminal outside production, else json.',
  },
  logRequests: {
    env: 'WHOOSH_LOG_REQUESTS',
    ...choice('off', 'on'),
    default: 'off',
    about:
      'A log line for every HTTP request. It costs up to a third of the throughput; requests that fail with 500 or more are logged without it.',
  },
} as const satisfies Settings;
