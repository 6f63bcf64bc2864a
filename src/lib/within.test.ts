import { expect, test } from 'vitest';
import { within } from './within.ts';

const never = new Promise<never>(() => {});

test('a result in time is handed on, and so is a failure', async () => {
  expect(await within(1000, Promise.resolve(1))).toBe(1);
  await expect(within(1000, Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('a promise that stays open is refused after the limit', async () => {
  await expect(within(10, never)).rejects.toThrow('timeout expired after 10 ms');
});

test('an answer that arrived while the event loop was blocked still counts', async () => {
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => port1.once('message', resolve));
  port2.postMessage('here');
  const asked = within(10, answer);
  const blockedUntil = performance.now() + 50;
  while (performance.now() < blockedUntil);
  expect(await asked).toBe('here');
  port1.close();
});
