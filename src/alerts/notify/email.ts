import type { Egress } from '../../lib/egress/egress.ts';
import { headline } from './headline.ts';
import { messageText } from './message-text.ts';
import type { Notifier } from './notifier.ts';

type Mail = { url: string; to: string; from: string };

/** Milliseconds that a mail server may be silent; the whole try has the caller's limit. */
const SILENT_MS = 10_000;

/**
 * Sends alerts by SMTP, over a connection that is held to the egress policy. With a password the connection must become
 * encrypted first, and the server's certificate is checked. Loaded with the first mail: most servers send none.
 */
export function emailNotifier(egress: Egress, { url, to, from }: Mail): Notifier {
  const server = serverOf(url);
  return {
    name: 'email',
    async send(id, message, signal) {
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({
        ...server,
        socketTimeout: SILENT_MS,
        greetingTimeout: SILENT_MS,
        getSocket: (_options, done) =>
          void egress.connect(server.host, server.port).then((connection) => done(null, { connection }), done),
      });
      const { response } = await transport.sendMail({ ...mailOf(id, message), from, to, signal });
      return response;
    },
  };
}

function serverOf(text: string) {
  const { protocol, hostname, port, username, password } = new URL(text);
  const secure = protocol === 'smtps:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const login = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  // 465 and 587: RFC 8314, section 3.3.
  const server = { host, port: Number(port) || (secure ? 465 : 587), secure };
  return username ? { ...server, auth: login, requireTLS: !secure } : server;
}

const mailOf = (id: string, message: Parameters<Notifier['send']>[1]) => ({
  // A repetition has the same, so that mailboxes show it once.
  messageId: `<${id}@whoosh.invalid>`,
  // RFC 3834: no out-of-office answers.
  headers: { 'Auto-Submitted': 'auto-generated' },
  subject: `[whoosh] ${headline(message)}`,
  text: `${messageText(message)}\n`,
});
