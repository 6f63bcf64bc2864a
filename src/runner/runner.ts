import type { Grant } from '../tasks/attempt-schema.ts';
import type { PollAnswer, Session } from './api.ts';
import { Attempt } from './attempt.ts';
import { endOf } from './end-of.ts';
import { handBack } from './hand-back.ts';
import type { HandBackReason } from './hand-back-error.ts';
import { HeldAttempts } from './held-attempts.ts';
import { openSession } from './open-session.ts';
import { PollChannel } from './poll-channel.ts';
import { pollFailure } from './poll-failure.ts';
import { pollRequest } from './poll-request.ts';
import { redeclareAgents } from './redeclare-agents.ts';
import type { RunnerEnd, RunnerParts } from './runner-parts.ts';
import { tellUnable } from './tell-unable.ts';

/** How long an answer may take beyond what the server waits. */
const ANSWER_MS = 10_000;
const IDLE_BACKOFF_MS = 5_000;
const REPEAT_MS = 1_000;
const FAREWELL_MS = 5_000;

/** The life of a runner: one session, one poll at a time, and the attempts that it holds. */
export class Runner {
  /** Settles when the runner has ended, for whatever reason; never rejects. */
  readonly done: Promise<RunnerEnd>;
  readonly #parts: RunnerParts;
  readonly #attempts = new HeldAttempts();
  readonly #channel: PollChannel;
  readonly #closing = new AbortController();
  readonly #online = Promise.withResolvers<void>();
  /** Resolved when the server was told, or could not be told, that no more work is wanted. */
  readonly #asksNoMore = Promise.withResolvers<void>();
  readonly #timers: NodeJS.Timeout[] = [];
  #session: Session | undefined;
  #isQuiet = false;
  #asked = new Set<string>();
  #told = new Set<string>();
  #state: 'running' | 'draining' | 'releasing' = 'running';

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#channel = new PollChannel(parts.log);
    this.done = this.#run();
  }

  /** Resolves when the first session is open; never when the runner ends before. */
  get online(): Promise<void> {
    return this.#online.promise;
  }

  /**
   * Asks for no more work, gives what runs the time to end, hands the rest back, and ends. Asked a second time it hands
   * everything back at once.
   */
  stop(): Promise<RunnerEnd> {
    if (this.#state === 'running') {
      this.#state = 'draining';
      this.#timers.push(setTimeout(() => void this.#release(), this.#parts.drainMs));
      // It is still waiting for the server; what is stored stays stored.
      if (!this.#session) void this.#parts.outbox.close();
      this.#channel.wake();
    } else void this.#release();
    return this.done;
  }

  async #release(): Promise<void> {
    this.#state = 'releasing';
    // Else the poll that was cut short, whose end the server may not have noticed yet, would be given the work back.
    await this.#asksNoMore.promise;
    this.#attempts.dropAll('release');
    this.#channel.wake();
  }

  async #run(): Promise<RunnerEnd> {
    let end: RunnerEnd = { exitCode: 0, sentence: 'The runner has stopped.' };
    try {
      await this.#parts.outbox.flushStored();
      await this.#open();
      if (this.#session) this.#watch(this.#session.lease_ttl_ms);
      while (!this.#isOver()) await this.#turn();
    } catch (error) {
      if (this.#session || this.#state === 'running') end = endOf(error, this.#parts.log);
    }
    await this.#leave(end);
    return end;
  }

  #isOver(): boolean {
    if (this.#state === 'running') return false;
    // What is being reported at that moment is on disk, for the next start.
    return this.#attempts.size === 0 || (this.#state === 'releasing' && !this.#attempts.isBusy);
  }

  async #open(): Promise<void> {
    const session = await openSession(this.#parts, this.#channel, () => this.#state === 'running');
    if (!session) return;
    this.#session = session;
    this.#online.resolve();
  }

  async #turn(): Promise<void> {
    const { api, server } = this.#parts;
    const isRunning = this.#state === 'running';
    const request = this.#request();
    const sentAt = performance.now();
    try {
      const timeoutMs = request.wait_ms + this.#patience(ANSWER_MS, 4);
      const answer = await this.#channel.call((signal) => api.poll(request, { signal, timeoutMs }));
      if (!answer) return;
      this.#attempts.renewed(request.attempts, sentAt);
      await this.#take(answer);
    } catch (error) {
      const failure = pollFailure(error, server);
      // A poll is never shed, so the server's database is away: nobody else is given the work, and after that every
      // holder has a whole lease to renew. An outage of PostgreSQL must not stop the work of the whole fleet.
      if (failure.error.code === 'unavailable') this.#attempts.renewed(request.attempts, sentAt);
      await this.#channel.backOff(failure.error, this.#patience(IDLE_BACKOFF_MS, 8));
      if (failure.next === 'reopen') await this.#reopen();
    } finally {
      if (!isRunning) this.#saidEnough();
    }
  }

  #request() {
    const asks = this.#state === 'running' ? 'work' : this.#isQuiet ? 'news' : 'nothing';
    const request = pollRequest(this.#session!, this.#attempts, this.#parts.roster, asks);
    this.#asked = new Set(request.wants.map(({ agent_id }) => agent_id));
    return request;
  }

  #saidEnough(): void {
    this.#isQuiet = true;
    this.#asksNoMore.resolve();
  }

  /** A time that is short enough to renew the leases that are held; with none, `idleMs`. */
  #patience(idleMs: number, partOfLease: number): number {
    return this.#attempts.size ? Math.min(idleMs, this.#session!.lease_ttl_ms / partOfLease) : idleMs;
  }

  async #take({ lease_ttl_ms, directives, grants }: PollAnswer): Promise<void> {
    this.#session = { ...this.#session!, lease_ttl_ms };
    this.#attempts.obey(directives);
    const told = directives.filter(({ directive }) => directive !== 'continue').map((one) => JSON.stringify(one));
    const isNews = told.some((one) => !this.#told.has(one)) || grants.some((grant) => !this.#attempts.has(grant));
    this.#told = new Set(told);
    for (const grant of grants) await this.#accept(grant);
    // The server answers at once for as long as something is to be stopped or handed back; once is enough to know it.
    if (told.length + grants.length && !isNews) await this.#channel.pause(this.#patience(REPEAT_MS, 8));
  }

  async #accept(grant: Grant): Promise<void> {
    if (this.#attempts.has(grant)) return;
    const { holder_id } = this.#session!;
    const agent = this.#parts.roster.find(grant.agent_id);
    if (!agent || this.#state !== 'running') return handBack(this.#parts.api, grant, holder_id);
    const onUnable = (reason: HandBackReason) => tellUnable(this.#parts, { holder_id, agent }, reason);
    const attempt = new Attempt({ ...this.#parts, grant, agent, holder_id, onUnable, closing: this.#closing.signal });
    this.#attempts.add(attempt, () => this.#freed(grant.agent_id));
  }

  #freed(agentId: string): void {
    if (this.#state !== 'running' || !this.#asked.has(agentId)) this.#channel.wake();
  }

  async #reopen(): Promise<void> {
    this.#parts.log.warn('The server does not know this session any more: a new one is opened');
    this.#attempts.dropAll('stop');
    await this.#open();
  }

  #watch(leaseMs: number): void {
    const { recheckMs } = this.#parts;
    const recheck = async () => {
      if (await redeclareAgents(this.#parts, this.#session!.holder_id)) this.#channel.wake();
    };
    this.#timers.push(
      setInterval(() => this.#dropSilent(), Math.min(1_000, leaseMs / 8)),
      setInterval(recheck, recheckMs),
    );
  }

  #dropSilent(): void {
    const { leaseGraceMs, log } = this.#parts;
    const dropped = this.#attempts.dropSilent(this.#session!.lease_ttl_ms + leaseGraceMs);
    if (dropped) log.error({ dropped }, 'No lease was renewed for too long: another runner may have the work now');
  }

  async #leave({ exitCode }: RunnerEnd): Promise<void> {
    const { api, outbox } = this.#parts;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#attempts.dropAll('stop');
    // With a report still on disk the session stays open: the next start delivers it while the lease lasts.
    const isClean = exitCode === 0 && outbox.size === 0;
    this.#closing.abort();
    await outbox.close();
    await this.#attempts.settled();
    const how = { timeoutMs: FAREWELL_MS };
    if (this.#session && isClean) await api.closeSession(this.#session.holder_id, how).catch(() => {});
  }
}
