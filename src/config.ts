import { resolve } from 'node:path';
import { DATABASE_SETTINGS } from './config/database-settings.ts';
import { readGiven } from './config/read-given.ts';
import { SECURITY_SETTINGS } from './config/security-settings.ts';
import { SERVER_SETTINGS } from './config/server-settings.ts';
import type { Setting } from './config/setting.ts';
import { WORK_SETTINGS } from './config/work-settings.ts';

/** Thrown by `readConfig`: names every bad variable and what was expected. */
export class ConfigError extends Error {}

const SETTINGS = { ...SERVER_SETTINGS, ...DATABASE_SETTINGS, ...SECURITY_SETTINGS, ...WORK_SETTINGS };

type Known = typeof SETTINGS;
/** A setting without a default may be absent. */
type Value<S> = S extends { parse: (text: string) => infer T }
  ? S extends { default: string }
    ? T
    : T | undefined
  : never;
type Parsed = { [K in keyof Known]: Value<Known[K]> };

/**
 * The validated settings, frozen. `databaseUrl` is undefined when the embedded PostgreSQL is to be used, `secretsKey` when
 * a standalone server has its own.
 */
export type Config = Readonly<Omit<Parsed, 'egressAllow'> & { egressAllow: NonNullable<Parsed['egressAllow']> }>;

/** One row a setting, for `whoosh config` and docs/configuration.md. */
export const SETTING_ROWS: (Omit<Setting<unknown>, 'parse'> & { key: string })[] = Object.entries(
  SETTINGS as Record<string, Setting<unknown>>,
).map(([key, setting]) => ({ key, ...setting }));

/** What only all settings together can break: a sentence that names the variable, or undefined. */
const RULES: ((values: Parsed) => string | undefined)[] = [
  ({ mode, databaseUrl }) =>
    mode === 'production' && databaseUrl === undefined
      ? 'DATABASE_URL is missing: production needs a postgres:// URL'
      : undefined,
  ({ dbPoolSize, dbMaxOverflow }) =>
    dbPoolSize + dbMaxOverflow < 6
      ? `DB_POOL_SIZE=${dbPoolSize} is not usable: with DB_MAX_OVERFLOW=${dbMaxOverflow} it must come to 6 connections at least`
      : undefined,
];

/**
 * Reads and checks every setting; the only reader of the environment in the server.
 * Refuses (ConfigError) with one line a bad variable: its name, what was expected, never the value of a secret.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const problems: string[] = [];
  const values = Object.fromEntries(
    Object.entries(SETTINGS as Record<string, Setting<unknown>>).map(([key, setting]) => [
      key,
      readSetting(setting, env, problems),
    ]),
  ) as Parsed;
  // Of what is not usable by itself the rules could say nothing true.
  if (!problems.length) problems.push(...RULES.flatMap((rule) => rule(values) ?? []));
  if (problems.length) throw new ConfigError(problems.join('\n'));
  const egressAllow = values.egressAllow ?? DEFAULT_EGRESS[values.mode];
  return Object.freeze({ ...values, egressAllow, dataDir: resolve(values.dataDir) });
}

/** In production what else runs on the machine of a server is nobody's business. */
const DEFAULT_EGRESS: Record<Config['mode'], Config['egressAllow']> = {
  standalone: ['loopback', 'private'],
  production: ['private'],
};

function readSetting(setting: Setting<unknown>, env: NodeJS.ProcessEnv, problems: string[]): unknown {
  const given = readGiven(setting, env);
  if (given && 'problem' in given) {
    problems.push(given.problem);
    return undefined;
  }
  const raw = given?.text ?? setting.default;
  if (raw === undefined) return undefined;
  try {
    return setting.parse(raw);
  } catch {
    // The parser only says no; the sentence is the same for every setting.
    const where = setting.secret ? (given?.from ?? setting.env) : `${setting.env}=${raw}`;
    problems.push(`${where} is not usable: expected ${setting.expects}`);
    return undefined;
  }
}
