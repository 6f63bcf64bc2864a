import { headline } from './headline.ts';
import type { AlertMessage } from './message.ts';

/** An alert for people, as plain text: what it is, then what to do. */
export function messageText(message: AlertMessage): string {
  const { id, detail, rule, severity, subject, opened_at, runbook } = message.data;
  const facts = [`${severity}, ${rule}, about ${subject}`, `opened ${opened_at}`];
  return [headline(message), detail, facts.join('; '), `whoosh alert show ${id}`, runbook].filter(Boolean).join('\n');
}
