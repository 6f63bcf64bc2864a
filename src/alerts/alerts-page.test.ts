import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { SECRET } from '../../test/support/alert-replica.ts';
import { signWebhook } from './notify/sign-webhook.ts';
import { RULES } from './rules.ts';

const page = await readFile(new URL('../../docs/operate/alerts.md', import.meta.url), 'utf8');

test('every rule has a section in the documentation that says what to do', () => {
  const sections = [...page.matchAll(/^## (Whoosh\w+)$/gm)].map(([, name]) => name!);
  expect(Object.keys(RULES).filter((rule) => !sections.includes(rule))).toEqual([]);
});

test('the code that the documentation shows verifies a webhook, and refuses one that was changed or is old', async () => {
  const [, code] = /```js\n(.*?)```/s.exec(page)!;
  const { verifyWebhook } = await import(`data:text/javascript,${encodeURIComponent(code!)}`);
  const body = JSON.stringify({ type: 'alert.test', data: 'a & ☃' });
  const timestamp = Math.floor(Date.now() / 1000);
  const headers = signWebhook(SECRET, { id: 'one', timestamp, body });
  expect(verifyWebhook(SECRET, headers, body)).toEqual(JSON.parse(body));
  expect(() => verifyWebhook(SECRET, headers, `${body} `)).toThrow('not signed by WHOOSH');
  const replayed = signWebhook(SECRET, { id: 'one', timestamp: timestamp - 400, body });
  expect(() => verifyWebhook(SECRET, replayed, body)).toThrow('too old');
});
