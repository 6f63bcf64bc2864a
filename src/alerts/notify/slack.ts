import type { Egress } from '../../lib/egress/egress.ts';
import { messageText } from './message-text.ts';
import type { Notifier } from './notifier.ts';
import { post } from './post.ts';

/** The three characters by which Slack links and mentions; others must stay as they are (docs.slack.dev, "Escaping text"). */
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Posts alerts to an incoming webhook of Slack, or of what understands the same. Names in them mention nobody. */
export const slackNotifier = (egress: Egress, url: string): Notifier => ({
  name: 'slack',
  send(_id, message, signal) {
    const text = messageText(message).replace(/[&<>]/g, (character) => ESCAPES[character]!);
    return post(egress, { url, body: JSON.stringify({ text, mrkdwn: false }), signal });
  },
});
