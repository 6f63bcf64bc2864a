import { cleanText } from '../lib/clean-text.ts';
import type { Finding } from './rule.ts';
import { RULES, type RuleName } from './rules.ts';
import type { AlertView } from './schema.ts';

/** A condition that holds, as it is stored; `held`: for long enough that its alert is to be open. */
export type Seen = Finding & Pick<AlertView, 'severity'> & { rule: RuleName; held: boolean };

/** What messages carry at most, in characters: names and errors come from agents and people. */
const MOST = { subject: 300, summary: 300, detail: 2000 };

/** Makes of what a rule found what is stored: bounded, the summary one line. */
export const toSeen = (rule: RuleName, { subject, project_id, summary, detail }: Finding, held: boolean): Seen => ({
  rule,
  severity: RULES[rule].severity,
  held,
  project_id,
  subject: bounded(subject, MOST.subject),
  summary: bounded(summary.replace(/\p{Cc}+/gu, ' '), MOST.summary),
  detail: detail === null ? null : bounded(detail, MOST.detail),
});

function bounded(text: string, most: number): string {
  const clean = cleanText(text);
  return clean.length > most ? cleanText(`${clean.slice(0, most - 1)}…`) : clean;
}
