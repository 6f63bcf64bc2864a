import { resolve } from 'node:path';

type Setting<T> = {
  /** The environment variable. */
  env: string;
  /** What a person reads: type, unit and limits. */
  expects: string;
  /** As written in the environment; absent means the setting is off or decided at start. */
  default?: string;
  about: string;
  secret?: true;
  parse: (text: string) => T;
};

/** Thrown by `readConfig`: names every bad variable and what was expected. */
export class ConfigError extends Error {}

const refuse = (): never => {
  throw new Error('bad value');
};

const whole = (min: number, max: number, unit: string) => ({
  expects: `whole number of ${unit}, ${min} to ${max}`,
  parse: (text: string) => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= min && value <= max ? value : refuse();
  },
});

const choice = <const T extends string>(...values: T[]) => ({
  expects: values.join(' | '),
  parse: (text: string) => values.find((value) => value === text) ?? refuse(),
});

const text = (expects: string, pattern = /^.+$/) => ({
  expects,
  parse: (value: string) => (pattern.test(value) ? value : refuse()),
});

const SETTINGS = {
  mode: {
    env: 'WHOOSH_MODE',
    ...choice('standalone', 'production'),
    default: 'standalone',
    about:
      'standalone: one machine, own PostgreSQL and local runner unless told otherwise. production: DATABASE_URL is required and nothing is started beside the server.',
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    ...text('postgres:// URL', /^postgres(ql)?:\/\/.+/),
    secret: true,
    about:
      'PostgreSQL 15 to 18. Of several hosts (`postgres://user@db1,db2:5433/name`) the one that accepts writes is used, and followed when it moves. Without it, and outside production, the embedded PostgreSQL 18 is started in the data folder.',
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
    about: 'Address to listen on. 0.0.0.0 makes the server reachable from other machines: put TLS before it.',
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
  logLevel: {
    env: 'WHOOSH_LOG_LEVEL',
    ...choice('debug', 'info', 'warn', 'error', 'silent'),
    default: 'info',
    about: 'Least severe log line that is written.',
  },
  dbPoolSize: {
    env: 'DB_POOL_SIZE',
    ...whole(1, 500, 'connections'),
    default: '10',
    about: 'Connections that are kept open.',
  },
  dbMaxOverflow: {
    env: 'DB_MAX_OVERFLOW',
    ...whole(0, 500, 'connections'),
    default: '20',
    about: 'Connections opened beyond DB_POOL_SIZE under load, and closed again when idle.',
  },
  dbPoolRecycleS: {
    env: 'DB_POOL_RECYCLE_S',
    ...whole(1, 86400, 'seconds'),
    default: '3600',
    about: 'Age at which a connection is replaced.',
  },
  dbConnectTimeoutMs: {
    env: 'DB_CONNECT_TIMEOUT_MS',
    ...whole(100, 60000, 'milliseconds'),
    default: '5000',
    about: 'How long a new connection, or the wait for a pooled one, may take.',
  },
  dbQueryTimeoutMs: {
    env: 'DB_QUERY_TIMEOUT_MS',
    ...whole(100, 600000, 'milliseconds'),
    default: '10000',
    about: 'Deadline of every statement, on the server and on the socket.',
  },
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
    ...text('age identity, AGE-SECRET-KEY-1...', /^AGE-SECRET-KEY-1[0-9A-Z]{58}$/),
    secret: true,
    about:
      'Seals keys of model servers; the same for every replica, and for ever: what was sealed with another is lost. `age-keygen` makes one. Without it a standalone server makes its own in the data folder, and in production agents cannot be given a key.',
  },
  leaseTtlMs: {
    env: 'LEASE_TTL_MS',
    ...whole(200, 3600000, 'milliseconds'),
    default: '60000',
    about: 'How long a runner holds an attempt without a heartbeat. It renews four times in that time.',
  },
  pushLeaseTtlMs: {
    env: 'PUSH_LEASE_TTL_MS',
    ...whole(200, 3600000, 'milliseconds'),
    default: '30000',
    about:
      'How long a replica holds the attempt of a model server without renewing it. It renews three times in that time.',
  },
  modelTimeoutMs: {
    env: 'MODEL_TIMEOUT_MS',
    ...whole(100, 604800000, 'milliseconds'),
    default: '3600000',
    about: 'How long a call of a model server may take in all, unless its task says otherwise (attempt_timeout_ms).',
  },
  leaseGraceMs: {
    env: 'LEASE_GRACE_MS',
    ...whole(0, 600000, 'milliseconds'),
    default: '2500',
    about: 'How long after its expiry a lease may still be renewed before it is taken away.',
  },
  reapIntervalMs: {
    env: 'REAP_INTERVAL_MS',
    ...whole(20, 600000, 'milliseconds'),
    default: '5000',
    about: 'Pause between two looks for lost leases, passed deadlines and overdue cancels, varied by half.',
  },
  startTimeoutMs: {
    env: 'START_TIMEOUT_MS',
    ...whole(100, 3600000, 'milliseconds'),
    default: '30000',
    about: 'How long a claimed attempt may wait for its start before it is released.',
  },
  cancelGraceMs: {
    env: 'CANCEL_GRACE_MS',
    ...whole(0, 3600000, 'milliseconds'),
    default: '30000',
    about: 'How long a running attempt may take to obey a cancel before it is forced.',
  },
  pollIntervalMs: {
    env: 'POLL_INTERVAL_MS',
    ...whole(20, 60000, 'milliseconds'),
    default: '1000',
    about: 'Pause between two looks for work that no notification told of, varied by half.',
  },
  longPollMs: {
    env: 'LONG_POLL_MS',
    ...whole(50, 120000, 'milliseconds'),
    default: '25000',
    about: "Longest time a runner's poll is held open.",
  },
  maxAttempts: {
    env: 'MAX_ATTEMPTS',
    ...whole(1, 100, 'attempts'),
    default: '3',
    about: 'Attempts a task gets unless it says otherwise.',
  },
  backoffBaseMs: {
    env: 'BACKOFF_BASE_MS',
    ...whole(0, 3600000, 'milliseconds'),
    default: '5000',
    about: 'Wait before the second attempt; it doubles for each further one, times 0.5 to 1.5.',
  },
  backoffCapMs: {
    env: 'BACKOFF_CAP_MS',
    ...whole(0, 86400000, 'milliseconds'),
    default: '300000',
    about: 'Longest wait between two attempts.',
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
  retentionDays: {
    env: 'RETENTION_DAYS',
    ...whole(1, 36500, 'days'),
    default: '30',
    about: 'How long finished tasks, their logs, artifacts and events are kept.',
  },
} satisfies Record<string, Setting<unknown>>;

type Settings = typeof SETTINGS;
type Parsed = { [K in keyof Settings]: ReturnType<Settings[K]['parse']> };

type Optional = 'databaseUrl' | 'secretsKey';

/**
 * The validated settings, frozen. `databaseUrl` is undefined when the embedded PostgreSQL is to be used, `secretsKey` when
 * a standalone server has its own.
 */
export type Config = Readonly<Omit<Parsed, Optional> & { [K in Optional]: string | undefined }>;

/** One row a setting, for `whoosh config` and docs/configuration.md. */
export const SETTING_ROWS: (Omit<Setting<unknown>, 'parse'> & { key: string })[] = Object.entries(SETTINGS).map(
  ([key, setting]) => ({ key, ...setting }),
);

/**
 * Reads and checks every setting; the only reader of the environment in the server.
 * Refuses (ConfigError) with one line a bad variable: its name, what was expected, never the value of a secret.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const problems: string[] = [];
  const values = Object.fromEntries(
    Object.entries(SETTINGS as Record<string, Setting<unknown>>).map(([key, setting]) => [
      key,
      readSetting(setting, env[setting.env], problems),
    ]),
  ) as Config;
  if (values.mode === 'production' && values.databaseUrl === undefined && !problems.length) {
    problems.push('DATABASE_URL is missing: production needs a postgres:// URL');
  }
  if (problems.length) throw new ConfigError(problems.join('\n'));
  const egressAllow = values.egressAllow ?? DEFAULT_EGRESS[values.mode];
  return Object.freeze({ ...values, egressAllow, dataDir: resolve(values.dataDir) });
}

/** In production what else runs on the machine of a server is nobody's business. */
const DEFAULT_EGRESS: Record<Config['mode'], Config['egressAllow']> = {
  standalone: ['loopback', 'private'],
  production: ['private'],
};

function readSetting(setting: Setting<unknown>, given: string | undefined, problems: string[]): unknown {
  const raw = given === undefined || given === '' ? setting.default : given;
  if (raw === undefined) return undefined;
  try {
    return setting.parse(raw);
  } catch {
    // The parser only says no; the sentence is the same for every setting.
    problems.push(`${setting.env}${setting.secret ? '' : `=${raw}`} is not usable: expected ${setting.expects}`);
    return undefined;
  }
}
