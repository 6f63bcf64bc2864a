import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../../support/chance.ts';
import type { Absence, Ledger, Report } from '../ledger.ts';
import { type Answer, type Call, callReplica, type Json } from './call.ts';
import type { Replica } from './replica.ts';
import { waitBefore } from './wait-before.ts';

type AttemptRef = { task_id: string; epoch: number };
export type Grant = AttemptRef & { title: string; token: string };

/** up: all is well. down: nothing is sent. deaf: what is sent arrives, and no answer comes back. */
type Network = 'up' | 'down' | 'deaf';

/** What a runner does with a grant; by default it starts it, works, and reports success until it is answered. */
export type Manners = (runner: FleetRunner, grant: Grant) => Promise<void>;

type Options = {
  name: string;
  credential: string;
  replicas: Replica[];
  chance: Chance;
  ledger: () => Ledger;
};

const SLOTS = 16;
const POLL_MS = 1000;

/** A runner in the harness that speaks the protocol; a fault may replace its manners and cut its network. */
export class FleetRunner {
  readonly name: string;
  readonly credential: string;
  agent_id = '';
  /** Of the session that is open, or was last. */
  holder_id = '';
  manners: Manners = wellMannered;
  /** Attempts that its polls renew. */
  readonly held = new Map<string, Grant>();
  network: Network = 'up';
  readonly #options: Options;
  /** What it was told to drop, and goes on with: it renews it no more, but will report it. */
  readonly #stopped = new Set<string>();
  #life = new AbortController();
  #draining = false;
  #absence: Absence | undefined;

  constructor(options: Options) {
    this.name = options.name;
    this.credential = options.credential;
    this.#options = options;
  }

  /** Opens a session and begins to poll. */
  async start(): Promise<void> {
    this.#life = new AbortController();
    const agents = [{ name: 'shell', kind: 'command', capabilities: ['shell'], max_concurrent: SLOTS }];
    const hello = { version: '0', hostname: 'harness', os: 'linux', agents };
    const session = (await this.insist({ path: '/runners/session', body: hello })).body;
    this.holder_id = session.holder_id;
    this.agent_id = session.agents[0].id;
    void this.#live(this.#life.signal);
  }

  /** Ends at once, without a word, as by SIGKILL. */
  kill(): void {
    this.#life.abort(new Error('The runner was killed.'));
    this.held.clear();
    this.#options.ledger().wentAway({ holder_id: this.holder_id });
  }

  /** Takes no more work; resolves when nothing is held. */
  async drain(): Promise<void> {
    this.#draining = true;
    while (this.held.size) await pause(20);
    this.#life.abort(new Error('The runner has drained.'));
  }

  /** Cuts it off; when it is down it can renew nothing from then on. */
  cut(how: Exclude<Network, 'up'>): void {
    this.network = how;
    // Who is deaf renews its leases all the same.
    if (how === 'down') this.#absence ??= this.#options.ledger().wentAway({ holder_id: this.holder_id });
  }

  mend(): void {
    this.network = 'up';
    if (this.#absence) this.#absence.until = Date.now();
    this.#absence = undefined;
  }

  /** One call to any replica; rejects without an answer. */
  async call(one: Omit<Call, 'token' | 'signal'>): Promise<Answer> {
    if (this.network === 'down') {
      await pause(20);
      throw new Error('The network is down.');
    }
    const heard = this.network;
    const { chance, replicas, ledger } = this.#options;
    const from = { token: this.credential, signal: this.#life.signal };
    const answer = await callReplica(chance.of(replicas)!.url, ledger(), { ...one, ...from });
    if (heard === 'deaf' || this.network !== 'up') throw new Error('The answer was lost.');
    return answer;
  }

  /** Calls until there is an answer other than 429 and 5xx. */
  async insist(one: Omit<Call, 'token' | 'signal'>): Promise<Answer> {
    const { signal } = this.#life;
    for (let tries = 1; ; tries++) {
      const answer = await this.call(one).catch(() => undefined);
      signal.throwIfAborted();
      if (answer && answer.status !== 429 && answer.status < 500) return answer;
      await pause(waitBefore(tries, this.#options.chance));
    }
  }

  async begin(grant: Grant): Promise<boolean> {
    const answer = await this.insist({ path: `${pathOf(grant)}/start`, body: { holder_id: this.holder_id } });
    return answer.status === 200;
  }

  /** Notes the execution and takes its time; a fault may replace it. */
  work = async (grant: Grant): Promise<unknown> => {
    const { number } = this.#options.ledger().began(grant.title, this.name);
    await pause(20 + 130 * this.#options.chance.next(), undefined, { signal: this.#life.signal });
    return { ...pick(grant), holder_id: this.holder_id, execution: number };
  };

  async report(grant: Grant, verb: Report['verb'], result?: unknown): Promise<string> {
    const noted: Report = { ...pick(grant), holder_id: this.holder_id, verb, result, answer: 'unknown' };
    this.#options.ledger().reports.push(noted);
    const body = { holder_id: this.holder_id, ...BODIES[verb](result) };
    const { status, body: said } = await this.insist({ path: `${pathOf(grant)}/${verb}`, body });
    noted.answer = status !== 200 ? said.code : said.duplicate ? 'duplicate' : 'accepted';
    return noted.answer;
  }

  async #live(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const answer = await this.#poll(signal);
      if (signal.aborted) return;
      for (const grant of answer?.grants ?? []) this.#take(grant);
      const news = (answer?.directives ?? []).filter((one: Json) => one.directive !== 'continue');
      for (const one of news) if (one.directive === 'stop') this.#stopped.add(keyOf(one));
      // Such an answer comes at once, also the next one.
      if (this.#draining || news.length) await pause(50);
    }
  }

  async #poll(signal: AbortSignal): Promise<Json> {
    const slots = SLOTS - this.held.size;
    const wants = slots > 0 && !this.#draining ? [{ agent_id: this.agent_id, slots }] : [];
    const attempts = [...this.held].filter(([key]) => !this.#stopped.has(key)).map(([, grant]) => pick(grant));
    const body = { holder_id: this.holder_id, attempts, wants, wait_ms: this.#draining ? 0 : POLL_MS };
    const answer = await this.call({ path: '/runners/poll', body }).catch(() => undefined);
    if (signal.aborted || answer?.status === 200) return answer?.body;
    await pause(100 + 100 * this.#options.chance.next());
    return undefined;
  }

  #take(grant: Grant): void {
    if (this.held.has(keyOf(grant))) return;
    this.held.set(keyOf(grant), grant);
    void this.manners(this, grant)
      // It was killed meanwhile.
      .catch(() => {})
      .finally(() => this.held.delete(keyOf(grant)));
  }
}

const pathOf = ({ task_id, epoch }: AttemptRef): string => `/tasks/${task_id}/attempts/${epoch}`;
const keyOf = ({ task_id, epoch }: AttemptRef): string => `${task_id}/${epoch}`;
const pick = ({ task_id, epoch }: AttemptRef): AttemptRef => ({ task_id, epoch });

const BODIES: Record<Report['verb'], (result: unknown) => object> = {
  complete: (result) => ({ result }),
  fail: () => ({ error: { code: 'exit_1', message: 'As asked.' }, retryable: true }),
  release: () => ({}),
};

async function wellMannered(runner: FleetRunner, grant: Grant): Promise<void> {
  if (!(await runner.begin(grant))) return;
  const result = await runner.work(grant);
  await runner.report(grant, 'complete', result);
}
