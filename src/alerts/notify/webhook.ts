import type { Egress } from '../../lib/egress/egress.ts';
import type { Notifier } from './notifier.ts';
import { post } from './post.ts';
import { signWebhook } from './sign-webhook.ts';

/** Posts alerts as JSON, signed. */
export const webhookNotifier = (egress: Egress, url: string, secret: string): Notifier => ({
  name: 'webhook',
  send(id, message, signal) {
    const body = JSON.stringify(message);
    const headers = signWebhook(secret, { id, timestamp: Math.floor(Date.now() / 1000), body });
    return post(egress, { url, headers, body, signal });
  },
});
