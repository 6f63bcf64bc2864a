import { expect, test } from 'vitest';
import { findLimit, findLimitInMessage } from './find-limit.ts';

const now = new Date('2026-03-10T12:00:00Z');
const until = (text: string) => findLimit(text, now)?.parked_until.toISOString();

test.each([
  ['Claude AI usage limit reached|1773151200', '2026-03-10T14:00:00.000Z'],
  ['Claude AI usage limit reached|1773151200000', '2026-03-10T14:00:00.000Z'],
  ['Claude usage limit reached. Your limit will reset at 3pm (Europe/Berlin).', '2026-03-10T14:00:00.000Z'],
  ['Claude usage limit reached. Your limit will reset at 9am (Europe/Berlin).', '2026-03-11T08:00:00.000Z'],
  ["You've hit your limit · resets 5:30pm (America/New_York)", '2026-03-10T21:30:00.000Z'],
  ['5-hour limit reached ∙ resets 3pm (UTC)', '2026-03-10T15:00:00.000Z'],
  ['Weekly limit reached ∙ resets Mar 12, 1pm (UTC)', '2026-03-12T13:00:00.000Z'],
  [
    "You've hit your usage limit. Upgrade to Pro (https://openai.com/chatgpt/pricing) or try again in 2 days 3 hours 4 minutes.",
    '2026-03-12T15:04:00.000Z',
  ],
  ["You've hit your usage limit. To get more access now, try again at 3:21 PM (UTC).", '2026-03-10T15:21:00.000Z'],
  ["You've hit your usage limit. Try again at Mar 14th, 2026 3:21 PM (UTC).", '2026-03-14T15:21:00.000Z'],
  ['usage limit reached, try again in 5h 12m', '2026-03-10T17:12:00.000Z'],
  ['usage limit reached, resets at 2026-03-10T18:00:00+01:00', '2026-03-10T17:00:00.000Z'],
  ['You have exhausted your capacity on this model. Your quota will reset after 5h12m3s.', '2026-03-10T17:12:03.000Z'],
  ['Quota exceeded for quota metric "Requests". Please retry in 34.07s.', '2026-03-10T12:00:34.070Z'],
  [
    'Sorry, you have been rate-limited. Please wait 2 hours 14 minutes before trying again.',
    '2026-03-10T14:14:00.000Z',
  ],
  ['Rate limit reached for gpt-4o in organization x. Please try again in 6m0s.', '2026-03-10T12:06:00.000Z'],
  ['Rate limit exceeded: retry after 2 minutes', '2026-03-10T12:02:00.000Z'],
  ['Quota exceeded. Your quota resets at 2026-03-11 00:00 UTC.', '2026-03-11T00:00:00.000Z'],
])('%s', (text, expected) => {
  expect(until(text)).toBe(expected);
});

test.each([
  'Claude AI usage limit reached',
  "You've hit your usage limit.",
  'Qwen OAuth quota exceeded: your free daily quota has been reached.',
  '{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}',
  'insufficient_quota: You exceeded your current quota, please check your plan and billing details.',
  'You have exceeded your premium request allowance.',
  'Error: credits exhausted',
  'Claude usage limit reached. Your limit will reset at some time.',
])('where no time is told, the next try is a quarter of an hour later: %s', (text) => {
  expect(until(text)).toBe('2026-03-10T12:15:00.000Z');
});

test.each([
  'I added a rate limit to the upload route; requests over it get 429.',
  'All 12 tests pass.',
  'The usage page now shows the limit of each account and when it resets.',
  `usage limit reached, try again in 5h ${'and so on '.repeat(300)}`,
])('what only speaks of limits is not taken for one: %s', (text) => {
  expect(findLimit(text, now)).toBeUndefined();
});

test('a time that is past, or too far away to be meant, is brought into bounds', () => {
  expect(until('usage limit reached|1273151200')).toBe('2026-03-10T12:00:30.000Z');
  expect(until('usage limit reached|1973151200')).toBe('2026-03-18T12:00:00.000Z');
});

test('the sentence of the limit is kept for people', () => {
  expect(findLimit('Error\nusage limit reached, try again in 5h\nbye', now)?.sentence).toBe(
    'usage limit reached, try again in 5h',
  );
});

test.each([
  ["You've hit your limit · resets 5:30pm (America/New_York)", '2026-03-10T21:30:00.000Z'],
  ['Claude AI usage limit reached|1773151200', '2026-03-10T14:00:00.000Z'],
  ['API Error: usage limit reached, try again in 5h 12m', '2026-03-10T17:12:00.000Z'],
  ['Claude usage limit reached', '2026-03-10T12:15:00.000Z'],
])('an agent may say it as its whole answer: %s', (message, expected) => {
  expect(findLimitInMessage(message, now)?.parked_until.toISOString()).toBe(expected);
});

test.each([
  'Quota exceeded is now handled: the client waits.',
  'I fixed the retry. When the server answers that the rate limit is reached, try again in 5 minutes is shown.',
  `usage limit reached, try again in 5h. ${'And more. '.repeat(50)}`,
])('what an agent says of its work is not taken for it: %s', (message) => {
  expect(findLimitInMessage(message, now)).toBeUndefined();
});
