import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import { questionScene, type Wish } from '../../test/support/question-scene.ts';
import { answerQuestion } from './answer.ts';

const fleet = await testFleet();

const PERMISSION = {
  key: 'permission:0123:1',
  kind: 'permission',
  title: 'execute: rm -rf build',
  detail: '{"command": "rm -rf build"}',
  options: [
    { id: 'allow', name: 'Allow' },
    { id: 'reject', name: 'Reject' },
  ],
} satisfies Wish;

const scene = async () => (await questionScene(fleet)).ask;

test('a permission that is asked for again is the same question, and its answer stands', async () => {
  const ask = await scene();
  const { question } = await ask(PERMISSION);
  await answerQuestion(fleet.db, question, { option: 'allow' }, 'key:test');
  expect(await ask(PERMISSION)).toMatchObject({ is_new: false, question: { id: question.id, state: 'answered' } });
});

test.each<[string, Partial<Wish>]>([
  ['the answer that it wants by default', { default_answer: { option: 'allow' }, expires_in_ms: 1000 }],
  ['another title', { title: 'read: README.md' }],
  ['another detail', { detail: 'nothing to see here' }],
  ['other names for the options', { options: [{ id: 'allow', name: 'Reject' }, PERMISSION.options[1]!] }],
  ['no permission in it', { kind: 'question', title: 'Tea?' }],
  ['no permission in it, and a key of its own making', { kind: 'question', key: `permission ${PERMISSION.key}` }],
])('work that asks beforehand by the same key, but with %s, gets no permission by that', async (_what, wish) => {
  const ask = await scene();
  const { question } = await ask({ ...PERMISSION, ...wish });
  await answerQuestion(fleet.db, question, { option: 'allow' }, 'default');
  expect(await ask(PERMISSION)).toMatchObject({
    is_new: true,
    question: { state: 'pending', title: PERMISSION.title },
  });
});
