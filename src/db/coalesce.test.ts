import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coalesce } from './coalesce.ts';

/** One turn ends the run, the next one is for those who were answered. */
async function turn(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

/** A run that the test ends by hand, and the batches it was given. */
function manual() {
  const batches: number[][] = [];
  const ends: { resolve: (answers: number[]) => void; reject: (error: Error) => void }[] = [];
  const run = (items: number[]) => {
    batches.push(items);
    const { promise, resolve, reject } = Promise.withResolvers<number[]>();
    ends.push({ resolve, reject });
    return promise;
  };
  return { batches, ends, run };
}

test('one caller alone starts its run before the call returns', async () => {
  const { batches, ends, run } = manual();
  const answer = coalesce(run, { max: 10 })(1);
  expect(batches).toEqual([[1]]);
  ends[0]?.resolve([10]);
  expect(await answer).toBe(10);
});

test('callers that come while a run is under way share the next one', async () => {
  const { batches, ends, run } = manual();
  const ask = coalesce(run, { max: 10 });
  const answers = Promise.all([1, 2, 3].map(ask));
  ends[0]?.resolve([10]);
  await turn();
  expect(batches).toEqual([[1], [2, 3]]);
  ends[1]?.resolve([20, 30]);
  expect(await answers).toEqual([10, 20, 30]);
});

test('callers that were answered and ask again at once share a run with those that waited', async () => {
  const { batches, ends, run } = manual();
  const ask = coalesce(run, { max: 10 });
  void ask(1).then(() => ask(3));
  void ask(2);
  ends[0]?.resolve([10]);
  await turn();
  expect(batches).toEqual([[1], [2, 3]]);
});

test('a failed run rejects its callers and nobody else', async () => {
  const { ends, run } = manual();
  const ask = coalesce(run, { max: 2 });
  const outcomes = Promise.allSettled([1, 2, 3, 4].map(ask));
  ends[0]?.resolve([10]);
  await turn();
  ends[1]?.reject(new Error('no'));
  await turn();
  ends[2]?.resolve([40]);
  expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
});

test('a run that throws at once rejects its callers', async () => {
  const ask = coalesce<number, number>(
    () => {
      throw new Error('at once');
    },
    { max: 2 },
  );
  await expect(ask(1)).rejects.toThrow('at once');
  await expect(ask(2)).rejects.toThrow('at once');
});

test('a run that answers too few is an error, never the answer of somebody else', async () => {
  const ask = coalesce(async (items: number[]) => items.slice(1), { max: 2 });
  await expect(ask(1)).rejects.toThrow('1 asked, 0 were answered');
});

test('however callers come and runs end, each gets its own answer, one run at a time, in batches within the limit', async () => {
  const step = fc.oneof(fc.constant('call'), fc.constant('wait'));
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 7 }),
      fc.infiniteStream(fc.nat(3)),
      async (steps, max, pauses) => {
        let running = 0;
        const ask = coalesce(
          async (items: number[]) => {
            expect(++running).toBe(1);
            expect(items.length).toBeGreaterThan(0);
            expect(items.length).toBeLessThanOrEqual(max);
            for (let left = pauses.next().value; left > 0; left--) await turn();
            running--;
            if (items.includes(13)) throw new Error('unlucky');
            return items.map((item) => item * 2);
          },
          { max },
        );
        const calls: Promise<{ item: number; answer: number | 'failed' }>[] = [];
        for (const what of steps) {
          const item = calls.length;
          if (what === 'call')
            calls.push(
              ask(item).then(
                (answer) => ({ item, answer }),
                () => ({ item, answer: 'failed' }),
              ),
            );
          else await turn();
        }
        const outcomes = await Promise.all(calls);
        const failed = outcomes.filter(({ answer }) => answer === 'failed').map(({ item }) => item);
        expect(failed.length).toBeLessThanOrEqual(max);
        expect(failed.includes(13)).toBe(calls.length > 13);
        for (const { item, answer } of outcomes) if (answer !== 'failed') expect(answer).toBe(item * 2);
      },
    ),
  );
});
