import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import { refusalOf } from '../../test/support/refusal-of.ts';
import type { AttemptRef } from './attempt-schema.ts';
import { listMessages } from './list-messages.ts';
import { sendMessage } from './send-message.ts';
import { takeMessages } from './take-messages.ts';

const fleet = await testFleet();
const { db, desk } = fleet;
const take = (attempt: AttemptRef, after = 0, waitMs = 0) =>
  takeMessages(desk.context, attempt, { after, waitMs, signal: new AbortController().signal });

test('what no attempt has taken waits for the next one, which is told also what the one before had taken', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task();
  await sendMessage(db, id, 'Before it began.', 'key:me');
  const first = await agent.begin();
  expect((await take(first)).map(({ text }) => text)).toEqual(['Before it began.']);
  await sendMessage(db, id, 'While it ran.', 'key:me');
  await agent.release(first);
  expect((await listMessages(db, id, 0, 10)).map(({ taken_by }) => taken_by)).toEqual([1, null]);
  const second = await agent.begin();
  expect((await refusalOf(take(first))).code).toBe('lease_lost');
  expect((await take(second)).map(({ text, taken_by }) => [text, taken_by])).toEqual([
    ['Before it began.', 2],
    ['While it ran.', 2],
  ]);
  expect(await take(second, 2)).toEqual([]);
});

test('of many who speak at once everybody is heard, in one order', async () => {
  const project = await fleet.project();
  const id = await project.task();
  await Promise.all(Array.from({ length: 15 }, (_, n) => sendMessage(db, id, `${n}`, 'key:me')));
  const messages = await listMessages(db, id, 0, 50);
  expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 15 }, (_, n) => n + 1));
  expect(new Set(messages.map(({ text }) => text)).size).toBe(15);
});
