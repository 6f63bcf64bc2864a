import { resolve } from 'node:path';
import { ALERT_SETTINGS } from './config/alert-settings.ts';
import { DATABASE_SETTINGS } from './config/database-settings.ts';
import { EDGE_SETTINGS } from './config/edge-settings.ts';
import { LOG_SETTINGS } from './config/log-settings.ts';
import { type GivenSecret, type Rule, SERVER_RULES } from './config/production-rules.ts';
import { RATE_LIMIT_SETTINGS } from './config/rate-limit-settings.ts';
import { readGiven } from './config/read-given.ts';
import { SECURITY_SETTINGS } from './config/security-settings.ts';
import { SERVER_SETTINGS } from './config/server-settings.ts';
import type { Setting } from './config/setting.ts';
import { TRACE_SETTINGS } from './config/trace-settings.ts';
import { WORK_SETTINGS } from './config/work-settings.ts';
import { scrubSecrets } from './lib/log/scrub-secrets.ts';

/** Thrown by `readConfig`: names every bad variable and what was expected. */
export class ConfigError extends Error {}

const SETTINGS = {
  ...SERVER_SETTINGS,
  ...LOG_SETTINGS,
  ...TRACE_SETTINGS,
  ...DATABASE_SETTINGS,
  ...EDGE_SETTINGS,
  ...SECURITY_SETTINGS,
  ...WORK_SETTINGS,
  ...ALERT_SETTINGS,
  ...RATE_LIMIT_SETTINGS,
};

type Known = typeof SETTINGS;
/** A setting without a default may be absent. */
type Value<S> = S extends { parse: (text: string) => infer T }
  ? S extends { default: string }
    ? T
    : T | undefined
  : never;
/** The settings as they were given, each usable by itself. */
export type Values = { [K in keyof Known]: Value<Known[K]> };

/**
 * The validated settings, frozen. `databaseUrl` is undefined when the embedded PostgreSQL is to be used, `secretsKey` when
 * a standalone server has its own.
 */
export type Config = Readonly<Omit<Values, 'egressAllow'> & { egressAllow: NonNullable<Values['egressAllow']> }>;

/** One row a setting, for `whoosh config` and docs/configuration.md. */
export const SETTING_ROWS: (Omit<Setting<unknown>, 'parse'> & { key: string })[] = Object.entries(
  SETTINGS as Record<string, Setting<unknown>>,
).map(([key, setting]) => ({ key, ...setting }));

/**
 * Reads and checks every setting; the only reader of the environment in the server.
 * Refuses (ConfigError) with one line a bad variable: its name, what was expected, never the value of a secret. `rules`
 * are what all settings together must keep; what serves nothing asks for less.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env, rules: readonly Rule[] = SERVER_RULES): Config {
  const problems: string[] = [];
  const values = Object.fromEntries(
    Object.entries(SETTINGS as Record<string, Setting<unknown>>).map(([key, setting]) => [
      key,
      readSetting(setting, env, problems),
    ]),
  ) as Values;
  // Of what is not usable by itself the rules could say nothing true.
  if (!problems.length) problems.push(...rules.flatMap((rule) => rule(values, secretsOf(values)) ?? []));
  if (problems.length) throw new ConfigError(problems.join('\n'));
  const egressAllow = values.egressAllow ?? DEFAULT_EGRESS[values.mode];
  return Object.freeze({ ...values, egressAllow, dataDir: resolve(values.dataDir) });
}

const secretsOf = (values: Values): GivenSecret[] =>
  SETTING_ROWS.flatMap(({ key, env, secret }) => {
    const value = values[key as keyof Values];
    return secret && typeof value === 'string' ? [{ env, value }] : [];
  });

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
    const where = setting.secret ? (given?.from ?? setting.env) : `${setting.env}=${scrubSecrets(raw)}`;
    problems.push(`${where} is not usable: expected ${setting.expects}`);
    return undefined;
  }
}
