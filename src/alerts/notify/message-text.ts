import type { AlertMessage } from './message.ts';

/** An alert for people, as plain text: what it is, then what to do. */
export function messageText({ data }: AlertMessage): string {
  const { id, summary, detail, rule, severity, subject, opened_at, runbook } = data;
  const facts = [`${severity}, ${rule}, about ${subject}`, `opened ${opened_at}`];
  return [summary, detail, facts.join('; '), `whoosh alert show ${id}`, runbook].filter(Boolean).join('\n');
}
