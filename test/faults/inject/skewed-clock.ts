// `node --import` of this module sets the clock of the process FAULTS_CLOCK_MS milliseconds ahead (behind, when it is
// negative): `Date.now()`, `new Date()` and `Date()`. Timers and `performance.now()` go by another clock and stay.
// SIGUSR2 makes it jump as far to the other side.
import { isMainThread } from 'node:worker_threads';

const RealDate = Date;
let aheadMs = Number(process.env.FAULTS_CLOCK_MS);
const now = () => RealDate.now() + aheadMs;

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, given, asked) => Reflect.construct(target, given.length ? given : [now()], asked),
  get: (target, property, asked) => (property === 'now' ? now : Reflect.get(target, property, asked)),
});

if (isMainThread) {
  process.on('SIGUSR2', () => {
    aheadMs = -aheadMs;
  });
}
