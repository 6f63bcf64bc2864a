import { expect, test } from 'vitest';
import { LimitedWorker, OverLimit } from './limited-worker.ts';

type Question = 'hang' | 'fill' | 'throw' | { echo: number };

const CODE = `
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', (question) => {
    if (question === 'hang') for (;;);
    if (question === 'fill') for (const all = []; ; ) all.push(new Array(10000).fill(all.length));
    if (question === 'throw') throw new Error('broken');
    parentPort.postMessage(question.echo);
  });
  parentPort.postMessage('ready');`;

const worker = (limitMs = 2000) =>
  new LimitedWorker<Question, number>(new URL(`data:text/javascript,${encodeURIComponent(CODE)}`), {
    limitMs,
    memoryMb: 32,
  });

test('questions are answered in their order', async () => {
  const one = worker();
  expect(await Promise.all([1, 2, 3].map((echo) => one.ask({ echo })))).toEqual([1, 2, 3]);
});

test('a question that does not end is refused after its time, and the next one is answered', async () => {
  const one = worker(500);
  await one.ask({ echo: 0 });
  const [hung, next] = await Promise.allSettled([one.ask('hang'), one.ask({ echo: 1 })]);
  expect(hung).toMatchObject({ status: 'rejected', reason: expect.any(OverLimit) });
  expect(next).toEqual({ status: 'fulfilled', value: 1 });
});

test('a question that takes too much memory is refused and leaves this process alone', async () => {
  const one = worker(20_000);
  await expect(one.ask('fill')).rejects.toThrow(OverLimit);
  expect(await one.ask({ echo: 1 })).toBe(1);
});

test('a defect of the code is told as it is, and the next question is answered', async () => {
  const one = worker();
  await expect(one.ask('throw')).rejects.toThrow('broken');
  await expect(one.ask('throw')).rejects.not.toThrow(OverLimit);
  expect(await one.ask({ echo: 1 })).toBe(1);
});

test('code that cannot be loaded is an error each time, and says nothing about the question', async () => {
  const one = new LimitedWorker<Question, number>(new URL('file:///nowhere.js'), { limitMs: 100, memoryMb: 32 });
  for (let left = 2; left > 0; left--) {
    const error: unknown = await one.ask({ echo: 1 }).catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(OverLimit);
  }
});
