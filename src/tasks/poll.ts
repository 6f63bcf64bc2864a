import type { TaskDesk } from './desk.ts';
import { redeliverGrants } from './redeliver.ts';
import type { AttemptRef, Directive, Grant } from './schema.ts';

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
  const { leaseTtlMs } = desk.context.config;
  const directives = await renewLeases(desk, request);
  const answer = (grants: Grant[]): PollAnswer => ({ lease_ttl_ms: leaseTtlMs, directives, grants });
  const lost = await redeliverGrants(desk.context.db, request.holder_id, request.attempts);
  if (lost.length || directives.some(({ directive }) => directive !== 'continue')) return answer(lost);
  return answer(await waitForGrants(desk, request, signal));
}

function renewLeases(desk: TaskDesk, { holder_id, attempts }: PollRequest): Promise<Directive[]> {
  const lease_ttl_ms = desk.context.config.leaseTtlMs;
  return Promise.all(attempts.map((attempt) => desk.heartbeat({ ...attempt, holder_id, lease_ttl_ms })));
}

async function waitForGrants(desk: TaskDesk, request: PollRequest, gone: AbortSignal): Promise<Grant[]> {
  const { config, subscribe } = desk.context;
  const claimer = {
    holder_id: request.holder_id,
    wants: request.wants,
    lease_ttl_ms: config.leaseTtlMs,
    giveBack: (grants: Grant[]) => handBack(desk, request.holder_id, grants),
  };
  if (request.wait_ms === 0) return desk.dispatcher.claimNow(claimer);
  const news = new AbortController();
  // A cancel somewhere: answer, so that the holder's next poll brings it the directive.
  const unsubscribe = request.attempts.length ? subscribe('directives', () => news.abort()) : () => {};
  const over = AbortSignal.timeout(Math.min(request.wait_ms, config.longPollMs));
  try {
    const signal = AbortSignal.any([gone, news.signal, over]);
    return await (request.wants.length ? desk.dispatcher.waitForWork({ ...claimer, signal }) : aborted(signal));
  } finally {
    unsubscribe();
  }
}

const aborted = (signal: AbortSignal): Promise<Grant[]> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve([]);
    signal.addEventListener('abort', () => resolve([]), { once: true });
  });

function handBack(desk: TaskDesk, holder_id: string, grants: Grant[]): void {
  for (const { task_id, epoch } of grants) {
    desk.settle({ task_id, epoch, holder_id, end: 'released', actor: 'coordinator' }).then(
      () => desk.announceWork(),
      // Not started within START_TIMEOUT_MS, it goes back all the same.
      (error) => desk.context.log.warn({ err: error, task_id }, 'Handing back a grant failed'),
    );
  }
}
