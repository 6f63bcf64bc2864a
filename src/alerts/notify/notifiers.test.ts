import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test } from 'vitest';
import { SECRET } from '../../../test/support/alert-replica.ts';
import { makeCertificate } from '../../../test/support/certificate.ts';
import { egress, LOOPBACK } from '../../../test/support/egress.ts';
import { mailServer } from '../../../test/support/mail-server.ts';
import { serveWild } from '../../../test/support/model-servers/serve-wild.ts';
import { testFolder } from '../../../test/support/test-folder.ts';
import { readConfig } from '../../config.ts';
import type { AlertMessage } from './message.ts';
import { openNotifiers } from './open-notifiers.ts';

const ID = '01a20adc-2fea-723e-8a81-69aa580e88e8';
const signal = new AbortController().signal;

/** Somebody has given an agent a name that is none. */
const NASTY = 'a & <!channel> <https://evil.test|click> *b*';
const MESSAGE: AlertMessage = {
  type: 'alert.opened',
  timestamp: '2026-01-02T03:04:05.678Z',
  data: {
    id: ID,
    rule: 'WhooshAgentDown',
    subject: 'x',
    project_id: null,
    severity: 'critical',
    summary: `Agent ${NASTY} is offline.`,
    detail: 'No connection.\r\nBcc: everybody@evil.test',
    opened_at: '2026-01-02T03:04:05.678Z',
    count: 1,
    runbook: 'docs/operate/alerts.md#whooshagentdown',
  },
};

function notifier(settings: Record<string, string>, policy = LOOPBACK) {
  const [only] = openNotifiers(readConfig(settings), egress(policy));
  return { name: only!.name, send: (message = MESSAGE) => only!.send(ID, message, signal) };
}

/** Each way over HTTP, with the settings that lead to a receiver. */
const OVER_HTTP: Record<string, (url: string) => Record<string, string>> = {
  webhook: (url) => ({ ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: SECRET }),
  slack: (url) => ({ ALERT_SLACK_URL: url }),
  ntfy: (url) => ({ ALERT_NTFY_URL: url }),
};

for (const [name, settings] of Object.entries(OVER_HTTP)) {
  test(`${name}: an answer of 2xx is told, any other is a failure with what was said`, async () => {
    const answers = [200, 500].map((status) => ({ status, text: 'So be it' }));
    const server = await serveWild((_req, res) => {
      const { status, text } = answers.shift()!;
      res.writeHead(status).end(text);
    });
    const { send, name: called } = notifier(settings(`${server.url}/fleet`));
    expect(called).toBe(name);
    expect(await send()).toBe('200 So be it');
    await expect(send()).rejects.toThrow('The receiver answered 500 So be it.');
  });

  test(`${name}: a redirect is not followed, and an endless answer is not read [E1] [E2]`, async () => {
    const other = await serveWild((_req, res) => res.end());
    const redirecting = await serveWild((_req, res) => res.writeHead(307, { location: other.url }).end());
    await expect(notifier(settings(`${redirecting.url}/fleet`)).send()).rejects.toThrow('redirects are not followed');
    expect(other.asked).toEqual([]);
    const endless = await serveWild((_req, res) => {
      const timer = setInterval(() => res.write('x'.repeat(65_536)), 1);
      res.on('close', () => clearInterval(timer));
    });
    await expect(notifier(settings(`${endless.url}/fleet`)).send()).rejects.toThrow('larger than 65536 bytes');
  });

  test(`${name}: a receiver that the egress policy forbids is not contacted [E1]`, async () => {
    const { url, sockets } = await serveWild((_req, res) => res.end());
    const production = { allow: ['private'] as const, forbid: [] };
    await expect(notifier(settings(`${url}/fleet`), production).send()).rejects.toThrow('EGRESS_ALLOW');
    expect(sockets.size).toBe(0);
  });
}

test('a webhook is signed so that an independent implementation of Standard Webhooks verifies it', async () => {
  const { url, asked } = await serveWild((_req, res) => res.writeHead(204).end());
  await notifier(OVER_HTTP.webhook!(url)).send();
  const [{ body, headers }] = asked as [(typeof asked)[number]];
  const receiver = new Webhook(SECRET);
  expect(() => receiver.verify(body, headers as Record<string, string>)).not.toThrow();
  expect(JSON.parse(body)).toEqual(MESSAGE);
  expect(headers['webhook-id']).toBe(ID);
  expect(() => receiver.verify(`${body} `, headers as Record<string, string>)).toThrow('No matching signature');
});

test('text of others mentions and links nobody in Slack', async () => {
  const { url, asked } = await serveWild((_req, res) => res.end('ok'));
  await notifier(OVER_HTTP.slack!(url)).send();
  const { text } = JSON.parse(asked[0]!.body);
  expect(text).toContain('Agent a &amp; &lt;!channel&gt; &lt;https://evil.test|click&gt; *b* is offline.');
});

test('ntfy is given topic, priority and token; a long text is cut to what it takes as a message', async () => {
  const { url, asked } = await serveWild((_req, res) => res.end('{"id":"x"}'));
  const { send } = notifier({ ALERT_NTFY_URL: `${url}/my-fleet`, ALERT_NTFY_TOKEN: 'tk_1' });
  await send({ ...MESSAGE, data: { ...MESSAGE.data, detail: '☃'.repeat(2000) } });
  const { path, headers, body } = asked[0]!;
  expect([path, headers.authorization]).toEqual(['/', 'Bearer tk_1']);
  const { message, ...rest } = JSON.parse(body);
  expect(rest).toEqual({ topic: 'my-fleet', title: 'WhooshAgentDown', priority: 5, tags: ['critical'] });
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4000);
  expect(message).toContain('☃');
});

/** A certificate that nobody vouches for, until the test says `trust`. */
async function certificate() {
  const folder = await testFolder();
  const files = makeCertificate(folder, 'mail');
  const [cert, key] = await Promise.all([readFile(files.cert, 'utf8'), readFile(files.key, 'utf8')]);
  const trust = () => {
    const before = getCACertificates('default');
    onTestFinished(() => setDefaultCACertificates(before));
    setDefaultCACertificates([...before, cert]);
  };
  return { cert, key, trust };
}

test('people are told that an alert is over in its first words, and ntfy makes no sound', async () => {
  const { url, asked } = await serveWild((_req, res) => res.end('ok'));
  for (const name of ['slack', 'ntfy'])
    await notifier(OVER_HTTP[name]!(`${url}/fleet`)).send({ ...MESSAGE, type: 'alert.resolved' });
  const [slack, ntfy] = asked.map(({ body }) => JSON.parse(body));
  expect(slack.text).toMatch(/^Resolved: Agent a &amp;/);
  expect(ntfy).toMatchObject({ message: expect.stringMatching(/^Resolved: Agent/), priority: 2, tags: ['resolved'] });
});

const MAIL = { ALERT_EMAIL_TO: 'ops@example.com,boss@example.com', ALERT_EMAIL_FROM: 'whoosh@example.com' };

test('e-mail reaches everybody named, with an id of its own, and text of others becomes no header', async () => {
  const { port, mails } = await mailServer();
  const answer = await notifier({ ...MAIL, ALERT_SMTP_URL: `smtp://127.0.0.1:${port}` }).send();
  expect(answer).toMatch(/^250 .*kept as 42/);
  expect(mails).toMatchObject([{ from: 'whoosh@example.com', to: ['ops@example.com', 'boss@example.com'] }]);
  const [head, body] = mails[0]!.text.split('\r\n\r\n', 2) as [string, string];
  expect(head).toContain(`Message-ID: <${ID}@whoosh.invalid>`);
  expect(head).toContain('Auto-Submitted: auto-generated');
  expect(head).not.toMatch(/^Bcc:/im);
  expect(body).toContain('Bcc: everybody@evil.test');
});

test('a password for the mail server is sent over a connection that is encrypted and checked, or not at all', async () => {
  const { cert, key, trust } = await certificate();
  const { port, mails, logins } = await mailServer({ cert, key });
  const mail = { ...MAIL, ALERT_SMTP_URL: `smtp://me:p%40ss@localhost:${port}` };
  await expect(notifier(mail).send()).rejects.toThrow(/self-signed certificate/);
  expect(logins).toEqual([]);
  trust();
  await notifier(mail).send();
  expect(mails).toMatchObject([{ encrypted: true, user: 'me' }]);
  expect(logins).toEqual(['me:p@ss']);
  const plain = await mailServer();
  await expect(
    notifier({ ...MAIL, ALERT_SMTP_URL: `smtp://me:pass@localhost:${plain.port}` }).send(),
  ).rejects.toThrow();
  expect(plain.logins).toEqual([]);
});

test('mail over TLS from the start, as smtps:// says', async () => {
  const { cert, key, trust } = await certificate();
  trust();
  const { port, mails } = await mailServer({ cert, key, secure: true });
  await notifier({ ...MAIL, ALERT_SMTP_URL: `smtps://localhost:${port}` }).send();
  expect(mails).toMatchObject([{ encrypted: true }]);
});

test('a mail server that the egress policy forbids, refuses or says nothing is a failure that says so', async () => {
  const { port } = await mailServer();
  const to = (at: number, policy = LOOPBACK) => notifier({ ...MAIL, ALERT_SMTP_URL: `smtp://127.0.0.1:${at}` }, policy);
  await expect(to(port, { allow: [], forbid: [] }).send()).rejects.toThrow('EGRESS_ALLOW');
  const refusing = await mailServer({ onRcptTo: (_address, _session, done) => done(new Error('Not here')) });
  await expect(to(refusing.port).send()).rejects.toThrow('Not here');
  await expect(to(1).send()).rejects.toThrow('nothing listens there');
});
