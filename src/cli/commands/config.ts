import { readGiven } from '../../config/read-given.ts';
import { readConfig, SETTING_ROWS } from '../../config.ts';
import type { Io } from '../io.ts';
import { printJson } from '../show/json.ts';
import { printTable } from '../show/table.ts';

type Row = {
  env: string;
  value: string | null;
  source: 'environment' | 'file' | 'default';
  expects: string;
  about: string;
};

/** `whoosh config`: refuses, as the server would, when one of the settings is not usable. */
export async function printConfig(io: Io, { json }: { json?: true }): Promise<void> {
  const rows = SETTING_ROWS.map((setting): Row => {
    const { env, expects, about } = setting;
    const given = readGiven(setting, io.env);
    if (!given) return { env, value: setting.default ?? null, source: 'default', expects, about };
    const value = setting.secret || 'problem' in given ? '(set)' : given.text;
    return { env, value, source: 'from' in given && given.from !== env ? 'file' : 'environment', expects, about };
  });
  if (json) printJson(io, { items: rows });
  else printTable(io, ['VARIABLE', 'VALUE', 'FROM', 'EXPECTS'], rows.map(cells));
  readConfig(io.env);
}

const cells = ({ env, value, source, expects }: Row): string[] => [env, value ?? '-', source, expects];
