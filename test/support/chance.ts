/** Chance that repeats itself: the same seed gives the same draws. */
export type Chance = {
  /** A number in [0, 1). */
  next(): number;
  /** True with this probability. */
  is(probability: number): boolean;
  /** One of them; undefined of none. */
  of<T>(items: readonly T[]): T | undefined;
};

/** A small generator (mulberry32), good enough to pick moves. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    is: (probability) => next() < probability,
    of: (items) => items[Math.floor(next() * items.length)],
  };
}
