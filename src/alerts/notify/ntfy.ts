import type { Egress } from '../../lib/egress/egress.ts';
import { messageText } from './message-text.ts';
import type { Notifier } from './notifier.ts';
import { post } from './post.ts';

/** A longer message becomes an attachment (docs.ntfy.sh/config, "message-size-limit": 4,096 bytes). */
const MOST_BYTES = 4000;
/** docs.ntfy.sh/publish, "Message priority": 2 makes no sound, 3 is the default, 5 makes the telephone ring. */
const PRIORITY = { resolved: 2, warning: 3, critical: 5 };

/** Publishes alerts to a topic of ntfy, as JSON: so that no text becomes a header (docs.ntfy.sh/publish, "Publish as JSON"). */
export function ntfyNotifier(egress: Egress, topicUrl: string, token: string | undefined): Notifier {
  const topic = decodeURIComponent(new URL(topicUrl).pathname.replace(/^\/+|\/+$/g, ''));
  const url = new URL('/', topicUrl).href;
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    name: 'ntfy',
    send(_id, message, signal) {
      const { rule, severity } = message.data;
      const urgency = message.type === 'alert.resolved' ? 'resolved' : severity;
      const body = {
        topic,
        title: rule,
        message: cut(messageText(message)),
        priority: PRIORITY[urgency],
        tags: [urgency],
      };
      return post(egress, { url, headers, body: JSON.stringify(body), signal });
    },
  };
}

/** `stream` leaves out a character that the cut went through. */
const cut = (text: string): string =>
  new TextDecoder().decode(Buffer.from(text).subarray(0, MOST_BYTES), { stream: true });
