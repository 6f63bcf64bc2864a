import type { Alert } from '../client/alert-calls.ts';
import type { Client } from '../client/client.ts';
import { CliError } from './cli-error.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of an alert: as it is, or of the one that is not resolved and whose id begins or ends so. */
export async function findAlertId(client: Client, text: string): Promise<string> {
  if (UUID.test(text)) return text;
  const wanted = text.toLowerCase();
  const found: Alert[] = [];
  for await (const alert of client.listAlerts({ limit: 200 })) {
    if (alert.id.startsWith(wanted) || alert.id.endsWith(wanted)) found.push(alert);
  }
  if (found.length === 1) return found[0]!.id;
  const sentence = found.length
    ? `${found.length} unresolved alerts have an id that begins or ends with ${text}`
    : `There is no unresolved alert ${text}`;
  const code = found.length ? 'ambiguous' : 'not_found';
  throw new CliError(sentence, { code, hint: '`whoosh alert list` lists them.' });
}
