import { readConfig, SETTING_ROWS } from '../../config.ts';
import type { Io } from '../io.ts';
import { printJson } from '../show/json.ts';
import { printTable } from '../show/table.ts';

type Row = { env: string; value: string | null; source: 'environment' | 'default'; expects: string; about: string };

/** `whoosh config`: refuses, as the server would, when one of the settings is not usable. */
export async function printConfig(io: Io, { json }: { json?: true }): Promise<void> {
  const rows = SETTING_ROWS.map((setting): Row => {
    const given = io.env[setting.env] || undefined;
    const value = given ?? setting.default ?? null;
    const shown = setting.secret && given ? '(set)' : value;
    const { env, expects, about } = setting;
    return { env, value: shown, source: given ? 'environment' : 'default', expects, about };
  });
  if (json) printJson(io, { items: rows });
  else printTable(io, ['VARIABLE', 'VALUE', 'FROM', 'EXPECTS'], rows.map(cells));
  readConfig(io.env);
}

const cells = ({ env, value, source, expects }: Row): string[] => [env, value ?? '-', source, expects];
