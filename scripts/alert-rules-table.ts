import type { AlertRule } from '../src/alerts/rule.ts';
import { RULES } from '../src/alerts/rules.ts';
import { SETTING_ROWS } from '../src/config.ts';
import { markdownTable } from './markdown-table.ts';

/** Every rule of the alerts, by what it is measured, and where to read what to do. */
export function alertRulesTable(): string {
  const rows = Object.entries(RULES as Record<string, AlertRule>).map(([name, { severity, opens, settings = [] }]) => [
    `[${name}](#${name.toLowerCase()})`,
    severity,
    opens,
    settings.map(defaultOf).join(', ') || 'none',
  ]);
  return markdownTable(['rule', 'severity', 'opens when', 'setting'], rows);
}

function defaultOf(key: string): string {
  const { env, default: value } = SETTING_ROWS.find((row) => row.key === key)!;
  return `\`${env}=${value}\``;
}
