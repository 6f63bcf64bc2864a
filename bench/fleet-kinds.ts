/** So many runners hold a task all the time. */
export const HOLDING = 500;
/** The others come in so many kinds, each of which can do what the others cannot. */
const KINDS = 20;

/** What the nth runner can do. */
export const capabilityOf = (n: number): string => (n < HOLDING ? 'hold' : workFor(n));
/** What the nth task of those that come and go needs. */
export const workFor = (n: number): string => `work-${n % KINDS}`;
