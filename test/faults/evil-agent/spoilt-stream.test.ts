import { expect, test } from 'vitest';
import { meetSpoiltStreams } from './meet-spoilt-streams.ts';

test('a spoilt stream is an answer that can be stored, or a failure with a sentence; it never hangs', async () => {
  const { problem, answers, failures } = await meetSpoiltStreams({ runs: 500 });
  expect(problem).toBeNull();
  expect(answers).toBeGreaterThan(20);
  expect(failures).toBeGreaterThan(100);
});
