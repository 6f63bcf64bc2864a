import { v7 as uuid } from 'uuid';
import type { AlertMessage } from './notify/message.ts';
import type { Notifier } from './notify/notifier.ts';
import { trySend } from './notify/try-send.ts';

/** Sends a test notification by every notifier, once, and tells what each receiver answered. Nothing of it is stored. */
export const testNotifiers = (notifiers: Notifier[], by: string) =>
  Promise.all(
    notifiers.map(async (notifier) => {
      const tried = await trySend(notifier, uuid(), testMessage(by));
      return { notifier: notifier.name, ...tried };
    }),
  );

function testMessage(by: string): AlertMessage {
  const timestamp = new Date().toISOString();
  return {
    type: 'alert.test',
    timestamp,
    data: {
      id: uuid(),
      rule: 'WhooshTest',
      subject: 'notifiers',
      project_id: null,
      severity: 'warning',
      summary: 'This is a test: alerts of WHOOSH reach you.',
      detail: `Sent by ${by}.`,
      opened_at: timestamp,
      count: 1,
      runbook: 'docs/operate/alerts.md',
    },
  };
}
