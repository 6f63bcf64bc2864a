import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

type Received = { from: string; to: string[]; text: string; encrypted: boolean; user: string | undefined };

/** A mail server that takes everything, or what `options` say; it stops with the test. */
export async function mailServer(options: SMTPServerOptions = {}) {
  const mails: Received[] = [];
  const logins: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key ? [] : ['STARTTLS'],
    onAuth({ username, password }, _session, done) {
      logins.push(`${username}:${password}`);
      done(null, { user: username });
    },
    async onData(stream, { envelope: { mailFrom, rcptTo }, secure, user }, done) {
      const to = rcptTo.map(({ address }) => address);
      const from = mailFrom ? mailFrom.address : '';
      mails.push({ from, to, text: await text(stream), encrypted: secure, user: user as string | undefined });
      done(null, 'kept as 42');
    },
    ...options,
  });
  // A client that gives up is part of the tests.
  server.on('error', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)));
  const { port } = server.server.address() as { port: number };
  return { port, mails, logins };
}
