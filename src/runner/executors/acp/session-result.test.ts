import { expect, test } from 'vitest';
import type { Execution } from '../executor.ts';
import { sessionResult } from './session-result.ts';

const execution = { grant: { result_schema: {} }, folder: { resultFile: '/nowhere/result.json' } };
const read = (message: string) =>
  sessionResult(execution as unknown as Execution, { message, stop_reason: 'end_turn' });

test.each([
  ['{"n":4}', { n: 4 }],
  ['Done.\n```json\n{"n":4}\n```\nThat is it.', { n: 4 }],
  ['First:\n```\n{"n":1}\n```\nthen: ```json  \n\n{"n":4}\n  ```', { n: 4 }],
  ['```json\n{"n":4}\n```\n```\nno JSON\n```', { n: 4 }],
])('of the JSON in the last message the last counts: %j', async (message, result) => {
  expect(await read(message)).toEqual(result);
});

test.each(['Done.', '```json\n{"n":4}', `\`\`\`${'\n'.repeat(200_000)}x`])(
  'a message without JSON between fences fails the attempt, and holds up nobody',
  async (message) => {
    await expect(read(message)).rejects.toMatchObject({ code: 'invalid_result', retryable: true });
  },
);
