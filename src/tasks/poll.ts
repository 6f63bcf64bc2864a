import { timeLimit } from '../lib/time-limit.ts';
import { attemptTraceparent } from '../telemetry/attempt-traceparent.ts';
import type { AttemptRef, Directive, Grant } from './attempt-schema.ts';
import type { TaskDesk } from './desk.ts';
import { redeliverGrants } from './redeliver.ts';
import { takeBack } from './take-back.ts';

export type PollRequest = {
  holder_id: string;
  attempts: AttemptRef[];
  wants: { agent_id: string; slots: number }[];
  wait_ms: number;
};
export type PollAnswer = { lease_ttl_ms: number; directives: Directive[]; grants: Grant[] };

/**
 * One turn of a runner: renews every lease it holds, then waits for work or for news of a cancel. `signal` fires when
 * the caller has gone; what was granted after that is handed back and does not count as an attempt.
 */
export async function pollForWork(desk: TaskDesk, request: PollRequest, signal: AbortSignal): Promise<PollAnswer> {
  const news = hearDirectives(desk, request);
  try {
    const directives = await renewLeases(desk, request);
    const lost = await redeliverGrants(desk, request.holder_id, request.attempts);
    // Something to stop is told at once, but must not keep the holder's other slots from work until it has stopped.
    const isUrgent = directives.some(({ directive }) => directive !== 'continue');
    const turn = isUrgent ? { ...request, wait_ms: 0 } : request;
    const grants = lost.length ? lost : await waitForGrants(desk, turn, AbortSignal.any([signal, news.signal]));
    return { lease_ttl_ms: desk.context.config.leaseTtlMs, directives, grants: grants.map(traced(desk)) };
  } finally {
    news.stop();
  }
}

/** The attempt's own place in the trace, so that what its holder does is below it. */
const traced =
  ({ context: { tracing } }: TaskDesk) =>
  (grant: Grant): Grant => ({ ...grant, traceparent: attemptTraceparent(tracing, grant) });

/**
 * Fires at a cancel somewhere, so that the holder's next poll brings it the directive. To be heard before the leases
 * are renewed: a cancel between the two would be told only by the poll after this one.
 */
function hearDirectives({ context }: TaskDesk, { attempts }: PollRequest): { signal: AbortSignal; stop(): void } {
  const news = new AbortController();
  const stop = attempts.length ? context.subscribe('directives', () => news.abort()) : () => {};
  return { signal: news.signal, stop };
}

function renewLeases(desk: TaskDesk, { holder_id, attempts }: PollRequest): Promise<Directive[]> {
  const lease_ttl_ms = desk.context.config.leaseTtlMs;
  return Promise.all(attempts.map((attempt) => desk.heartbeat({ ...attempt, holder_id, lease_ttl_ms })));
}

async function waitForGrants(desk: TaskDesk, request: PollRequest, over: AbortSignal): Promise<Grant[]> {
  const { config } = desk.context;
  const claimer = {
    holder_id: request.holder_id,
    wants: request.wants,
    lease_ttl_ms: config.leaseTtlMs,
    giveBack: (grants: Grant[]) => handBack(desk, request.holder_id, grants),
  };
  if (request.wait_ms === 0) return desk.dispatcher.claimNow(claimer);
  using limit = timeLimit(Math.min(request.wait_ms, config.longPollMs));
  const signal = AbortSignal.any([over, limit.signal]);
  return await (request.wants.length ? desk.dispatcher.waitForWork({ ...claimer, signal }) : aborted(signal));
}

const aborted = (signal: AbortSignal): Promise<Grant[]> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve([]);
    signal.addEventListener('abort', () => resolve([]), { once: true });
  });

/** A holder cuts its poll short to ask for more, and asks again within milliseconds; so it mostly has not gone. */
const COMES_BACK_MS = 2000;

/**
 * A grant whose poll was cut short waits for the holder's next poll, which is given it again (`redeliverGrants`). When
 * none comes, it goes back to the queue and does not count.
 */
function handBack(desk: TaskDesk, holderId: string, grants: Grant[]): void {
  const giveUp = () =>
    takeBack(desk, holderId, grants).catch((error) => {
      // Not started within START_TIMEOUT_MS, they go back all the same.
      desk.context.log.warn({ err: error, holder_id: holderId }, 'Handing back grants failed');
    });
  setTimeout(giveUp, COMES_BACK_MS).unref();
}
