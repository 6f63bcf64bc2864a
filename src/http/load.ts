import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { PoolDb } from '../db/pool.ts';
import type { Shed } from './app-types.ts';

const ORDER: readonly Shed[] = ['list', 'submit', 'log'];
/**
 * From here on a replica is not healthy. A single second is no overload: a collection of garbage takes 0.1 s of processor,
 * which half a core gives in 0.25 s.
 */
const OVERLOADED = ORDER.indexOf('submit') + 1;
const LOOK_EVERY_MS = 1000;
/** Half a second of work that nobody else can interrupt is felt by everybody; a fourth is the contract's line. */
const LOOP_LIMIT_MS = 250;
const POOL_LIMIT_MS = 1000;

/** How this replica copes. Whoever made it closes it. */
export type Load = {
  /** Whether requests of this kind are refused now. */
  sheds(kind: Shed): boolean;
  /** What overloads it, in one sentence; null while nothing but lists is refused. */
  problem(): string | null;
  /** Takes one reading; once started, the clock does so every second. */
  look(): void;
  start(): void;
  close(): void;
};

type Gauges = { loopDelayMs(): number; poolWaitMs(): number; close(): void };

/**
 * Watches the event loop (p99 of the last second over 250 ms) and the wait for a connection (over 1 s). For every second
 * of overload one more kind is refused, in the order list, submit, log; for every second without, one less: so nothing
 * is refused that need not be, and heartbeats and outcomes never are.
 */
export function watchLoad(gauges: Gauges): Load {
  let level = 0;
  let problem: string | null = null;
  const look = () => {
    const found = findProblem(gauges);
    problem = found ?? problem;
    level = found ? Math.min(ORDER.length, level + 1) : Math.max(0, level - 1);
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    look,
    start() {
      timer = setInterval(look, LOOK_EVERY_MS).unref();
    },
    problem: () => (level < OVERLOADED ? null : problem),
    sheds: (kind) => ORDER.indexOf(kind) < level,
    close() {
      clearInterval(timer);
      gauges.close();
    },
  };
}

function findProblem({ loopDelayMs, poolWaitMs }: Gauges): string | null {
  const [loop, pool] = [Math.round(loopDelayMs()), Math.round(poolWaitMs())];
  if (loop > LOOP_LIMIT_MS) return `the event loop was held up for ${loop} ms (limit ${LOOP_LIMIT_MS} ms)`;
  if (pool > POOL_LIMIT_MS) return `requests wait ${pool} ms for a database connection (limit ${POOL_LIMIT_MS} ms)`;
  return null;
}

/** The real gauges of this process and of the pool that requests use. */
export function openGauges(db: PoolDb): Gauges {
  // 50 ms: twenty wake-ups a second cost nothing measurable, and the answer is needed to a fourth of a second.
  const histogram = monitorEventLoopDelay({ resolution: 50 });
  histogram.enable();
  return {
    loopDelayMs() {
      const delay = histogram.percentile(99) / 1e6 - 50;
      histogram.reset();
      return delay;
    },
    poolWaitMs: poolWait(db),
    close: () => histogram.disable(),
  };
}

// Only when callers queue for a connection does a probe join the queue; as it is first come, first served, its wait is
// theirs. An idle server sends nothing.
function poolWait(db: PoolDb): () => number {
  let waitMs = 0;
  let askedAt: number | undefined;
  const ask = () => {
    askedAt = performance.now();
    const answered = () => {
      waitMs = performance.now() - askedAt!;
      askedAt = undefined;
    };
    // A database that is away is the business of /readyz; here only the wait counts.
    db.query('select 1').then(answered, answered);
  };
  return () => {
    if (askedAt !== undefined) return Math.max(waitMs, performance.now() - askedAt);
    if (db.stats().waiting === 0) return 0;
    ask();
    return waitMs;
  };
}
