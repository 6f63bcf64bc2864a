import { expect, test } from 'vitest';
import { Reachability } from './reachability.ts';

const LEASE = 60_000;
/** The database has a clock of its own. */
const CLOCK = 1_700_000_000_000;

/** Looks at the database at the given seconds; `away` are those at which it does not answer, `refused` when it refused. */
async function look(
  seconds: number[],
  away: number[] = [],
  refused: number[] = [],
  fleet_ms = 0,
): Promise<Record<number, boolean | 'away'>> {
  let now = 0;
  const refusedAt = () => Math.max(...refused.map((second) => second * 1000).filter((at) => at <= now));
  const reachability = new Reachability(LEASE, refusedAt, () => now);
  const seen: Record<number, boolean | 'away'> = {};
  for (const second of seconds) {
    now = second * 1000;
    const ask = async () => {
      if (away.includes(second)) throw new Error('away');
      return { at: CLOCK + now, fleet_ms };
    };
    seen[second] = await reachability.observe(ask).then(
      (ms) => ms >= LEASE,
      () => 'away' as const,
    );
  }
  return seen;
}
const every = (from: number, to: number, step = 5) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => from + at * step);

/** The first second at which leases might be taken away. */
const firstSeizure = (seen: Record<number, boolean | 'away'>): number | undefined =>
  Object.keys(seen)
    .map(Number)
    .find((second) => seen[second] === true);

test('after a start no lease is taken away before the database has been reachable for one whole lease [T15]', async () => {
  expect(firstSeizure(await look(every(0, 100)))).toBe(60);
});

test('an outage begins the wait anew, however short it was', async () => {
  const seen = await look(every(0, 200), [80]);
  expect([seen[75], seen[80], seen[85], seen[140], seen[145]]).toEqual([true, 'away', false, false, true]);
});

test('a pause of this process longer than a lease counts as an outage: the database may have stood still as well', async () => {
  const seen = await look([...every(0, 100), ...every(170, 300)]);
  expect([seen[100], seen[170], seen[225], seen[230]]).toEqual([true, false, false, true]);
});

test('a pause shorter than a lease does not', async () => {
  const seen = await look([...every(0, 100), 155]);
  expect(seen[155]).toBe(true);
});

test('a database that answers, and refuses what renews leases, is as good as away until it has done that', async () => {
  const seen = await look(every(0, 200), [], [80, 83, 92]);
  expect([seen[75], seen[80], seen[95], seen[150], seen[155]]).toEqual([true, false, false, false, true]);
});

test('a database that is away throughout is never the reason to take a lease', async () => {
  expect(firstSeizure(await look(every(0, 300), every(0, 300)))).toBe(undefined);
});

test('the time that a slow answer takes is not counted as reachable before it came', async () => {
  let now = 0;
  const reachability = new Reachability(
    LEASE,
    () => Number.NEGATIVE_INFINITY,
    () => now,
  );
  const ask = async () => ({ at: CLOCK + now, fleet_ms: 0 });
  const slow = () => {
    now += 59_000;
    return ask();
  };
  expect(await reachability.observe(slow)).toBe(0);
  now += 5000;
  expect(await reachability.observe(ask)).toBe(5000);
});

test('what slept with the database behind it has seen nothing meanwhile, though its own clock stood still', async () => {
  let at = CLOCK;
  const reachability = new Reachability(
    LEASE,
    () => Number.NEGATIVE_INFINITY,
    () => 0,
  );
  const observe = () => reachability.observe(async () => ({ at, fleet_ms: 0 }));
  await observe();
  at += 50_000;
  expect(await observe()).toBe(50_000);
  at += 3_600_000;
  expect(await observe()).toBe(0);
});

test('what others have written down counts from the first look on', async () => {
  expect(firstSeizure(await look(every(0, 100), [], [], LEASE))).toBe(0);
});

test('a look tells how long ago the database last refused something here', async () => {
  const told: number[] = [];
  const reachability = new Reachability(
    LEASE,
    () => 7000,
    () => 10_000,
  );
  await reachability.observe(async (refusedMsAgo) => {
    told.push(refusedMsAgo);
    return { at: CLOCK, fleet_ms: 0 };
  });
  expect(told).toEqual([3000]);
});
