import type { Contender } from './contender.ts';
import { type Measure, withContenders } from './contest.ts';
import type { Figure } from './figure.ts';
import { rateFigures } from './rate-figures.ts';

const CALLERS = [1, 16, 64, 256];
const ROUND_MS = 500;
const BULK = 1000;
const GOALS_AT_64 = [
  { against: 'graphile-worker', atLeast: 20 },
  { against: 'BullMQ', atLeast: 2 },
];
const BULK_GOALS = ['graphile-worker', 'pg-boss', 'BullMQ'].map((against) => ({ against, atLeast: 1.5 }));

/** Accepted tasks a second: one by one from several callers at once, and 1,000 a call from one caller. */
export const submit = (): Promise<Figure[]> =>
  withContenders(async (contenders) => {
    const figures: Figure[] = [];
    for (const callers of CALLERS) {
      const measures = contenders.map((one) => toMeasure(one, one.how, callers, 1, () => one.submit(0)));
      figures.push(
        ...(await rateFigures(
          `submit, ${callers} ${callers === 1 ? 'caller' : 'callers'}`,
          measures,
          callers === 64 ? GOALS_AT_64 : [],
        )),
      );
    }
    const bulk = contenders.map((one) => toMeasure(one, `${BULK} a call`, 1, BULK, () => one.submitMany(BULK)));
    return [...figures, ...(await rateFigures('submit in bulk', bulk, BULK_GOALS))];
  });

function toMeasure(
  { name }: Contender,
  how: string,
  callers: number,
  each: number,
  call: () => Promise<unknown>,
): Measure {
  return {
    contender: name,
    how,
    async run() {
      const begun = performance.now();
      let done = 0;
      const ask = async () => {
        for (; performance.now() - begun < ROUND_MS; done += each) await call();
      };
      await Promise.all(Array.from({ length: callers }, ask));
      return done / ((performance.now() - begun) / 1000);
    },
  };
}
