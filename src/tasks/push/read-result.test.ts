import { expect, test } from 'vitest';
import type { ChatAnswer } from '../../agents/push/provider.ts';
import type { Grant } from '../attempt-schema.ts';
import { readResult } from './read-result.ts';

const grant = { call: { response_format: 'json' }, result_schema: null } as unknown as Grant;
const read = (text: string) =>
  readResult(grant, { text, tool_calls: [], finish_reason: 'stop' } as unknown as ChatAnswer);

test.each([
  ['{"n":4}', { n: 4 }],
  ['```json\n{"n":4}\n```', { n: 4 }],
  ['  ```\n\n{"n":4}```\n', { n: 4 }],
  ['```json  \n"```"\n```', '```'],
])('%j is read as JSON, whatever fence is around it', (text, result) => {
  expect(read(text)).toEqual({ result });
});

test('a model that wrote line breaks without end after a fence is told so at once', () => {
  const began = performance.now();
  expect(read(`\`\`\`${'\n'.repeat(200_000)}x`)).toMatchObject({ problem: expect.stringContaining('not JSON') });
  expect(performance.now() - began).toBeLessThan(1000);
});

test('what is wrong with an answer can be stored, also when it begins with half of a character', () => {
  const { problem } = read('\u{1F600} Sure! {}') as { problem: string };
  expect(problem).toBe('The answer is not JSON: Unexpected token \'\uFFFD\', "\u{1F600} Sure! {}" is not valid JSON.');
});

test('a number that cannot be kept is a problem, not null', () => {
  expect(read('{"n":[1e400]}')).toEqual({ problem: 'The answer has a number that is too large.' });
});
